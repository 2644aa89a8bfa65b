/* Generated from spec/constants.json by scripts/generate.ts: do not edit. */
#ifndef LAKH_CONSTANTS_H
#define LAKH_CONSTANTS_H

#define MAX_ITEM 1024 /* Longest item, bytes (without its length prefix). */
#define MAX_OPS 8 /* Most ops of one envelope. */
#define MAX_BATCH 98304 /* Longest calldata batch, bytes. */
#define MAX_BLOBS 6 /* Most blobs of one entry. */
#define BLOB_ELEMENTS 4096 /* Field elements of a blob (EIP-4844). */
#define ELEMENT_BYTES 31 /* Bytes of batch data that one field element carries. */
#define MAX_BLOB_BATCH 761856 /* Longest batch in blobs, bytes: MAX_BLOBS full ones. */
#define BLOB_MODULUS 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001ull /* Order of the field whose elements blobs consist of (EIP-4844: BLS_MODULUS). */
#define BLOB_ROOT 0x564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306ull /* The 4,096th root of unity 7^((BLOB_MODULUS - 1) / BLOB_ELEMENTS), at whose powers a blob's elements stand. */
#define CHUNK 128 /* Chunk of batch data that one Merkle leaf covers, bytes. */
#define TREE_DEPTH 20 /* Levels of the 4-ary state tree. */
#define OBJECT_LIMIT 268435456 /* Object indices are below this (2^28). */
#define EXIT_BASE 549755813888ull /* Leaf index of exit 0 (2^39). */
#define EXIT_LIMIT 549755813888ull /* Exit numbers are below this (2^39). */
#define ETH_ASSET 1 /* Object index of the ETH asset. */
#define ETH_SHIFT 9 /* One unit of ETH is 10^9 wei. */
#define MAX_SHIFT 36 /* Largest decimal shift of an asset. */
#define MAX_HOLDINGS 64 /* Most holdings of an account. */
#define MAX_FOREIGN_HOLDINGS 32 /* Ops not signed by the owner add a key only below this count. */
#define NONCE_WINDOW 512 /* A nonce is below base + this. */
#define NONCE_BITS 256 /* Bits of the nonce bitmap. */
#define MAX_SESSION_OBJECTS 8 /* Most objects in a session key's scope. */
#define LOCKED_SHARES 1000 /* Shares of a new pool that nobody holds. */
#define FEE_DENOMINATOR 1000000 /* Pool fees are counted in millionths (pips). */
#define MAX_POOL_FEE 100000 /* Highest pool fee, pips. */
#define OBJECT_FEE 10000 /* Fee for each object that an envelope creates, gwei. */
#define CAP_UNITS 9223372036854775807ull /* Most units of one asset in escrow (2^63 - 1). */
#define ENVELOPE_VERSION 1 /* High nibble of an envelope's first byte. */

#define RECORD_ASSET 1
#define RECORD_ACCOUNT 2
#define RECORD_POOL 3
#define RECORD_EXIT 4

#define FACET_BALANCE 0
#define FACET_SHARES 1

#define SIGNER_SECP256K1 0

#define ASSET_AT_KIND 0
#define ASSET_AT_TOKEN 1
#define ASSET_AT_SHIFT 21
#define ASSET_AT_SIZE 22

#define ACCOUNT_AT_KIND 0
#define ACCOUNT_AT_OWNER 1
#define ACCOUNT_AT_SIGNER_KIND 21
#define ACCOUNT_AT_NONCE_BASE 22
#define ACCOUNT_AT_NONCE_BITS 30
#define ACCOUNT_AT_HAS_SESSION 62
#define ACCOUNT_AT_HOLDING_COUNT 63
#define ACCOUNT_AT_TAIL 64

#define SESSION_AT_KEY 0
#define SESSION_AT_EXPIRY 20
#define SESSION_AT_MASK 28
#define SESSION_AT_BUDGET 32
#define SESSION_AT_OBJECT_COUNT 40
#define SESSION_AT_OBJECTS 41

#define HOLDING_AT_KEY 0
#define HOLDING_AT_AMOUNT 4
#define HOLDING_AT_SIZE 12

#define POOL_AT_KIND 0
#define POOL_AT_ASSET0 1
#define POOL_AT_ASSET1 5
#define POOL_AT_FEE 9
#define POOL_AT_TAG 12
#define POOL_AT_RESERVE0 44
#define POOL_AT_RESERVE1 52
#define POOL_AT_TOTAL_SHARES 60
#define POOL_AT_LAST_TIME 68
#define POOL_AT_CUMULATIVE0 76
#define POOL_AT_CUMULATIVE1 100
#define POOL_AT_SIZE 124

#define EXIT_AT_KIND 0
#define EXIT_AT_TOKEN 1
#define EXIT_AT_SHIFT 21
#define EXIT_AT_AMOUNT 22
#define EXIT_AT_RECIPIENT 30
#define EXIT_AT_SIZE 50

#define VERB_OPEN_ACCOUNT 1
#define VERB_TRANSFER 2
#define VERB_WITHDRAW 3
#define VERB_CREATE_POOL 4
#define VERB_ADD_LIQUIDITY 5
#define VERB_REMOVE_LIQUIDITY 6
#define VERB_SWAP_EXACT_IN0 7
#define VERB_SWAP_EXACT_IN1 8
#define VERB_SWAP_EXACT_OUT0 9
#define VERB_SWAP_EXACT_OUT1 10
#define VERB_SET_SESSION_KEY 11
#define VERB_SCOPE_SESSION_KEY 12
#define VERB_CLEAR_SESSION_KEY 13
#define VERB_CANCEL_NONCES 14
#define VERB_COLLECT_FEES 15
#endif
