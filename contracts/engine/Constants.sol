// SPDX-License-Identifier: MIT
// Generated from spec/constants.json by scripts/generate.ts: do not edit.
pragma solidity 0.8.37;

/// @dev Longest item, bytes (without its length prefix).
uint256 constant MAX_ITEM = 1024;
/// @dev Most ops of one envelope.
uint256 constant MAX_OPS = 8;
/// @dev Longest calldata batch, bytes.
uint256 constant MAX_BATCH = 98304;
/// @dev Most blobs of one entry.
uint256 constant MAX_BLOBS = 6;
/// @dev Field elements of a blob (EIP-4844).
uint256 constant BLOB_ELEMENTS = 4096;
/// @dev Bytes of batch data that one field element carries.
uint256 constant ELEMENT_BYTES = 31;
/// @dev Longest batch in blobs, bytes: MAX_BLOBS full ones.
uint256 constant MAX_BLOB_BATCH = 761856;
/// @dev Order of the field whose elements blobs consist of (EIP-4844: BLS_MODULUS).
uint256 constant BLOB_MODULUS = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001;
/// @dev The 4,096th root of unity 7^((BLOB_MODULUS - 1) / BLOB_ELEMENTS), at whose powers a blob's elements stand.
uint256 constant BLOB_ROOT = 0x564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306;
/// @dev Chunk of batch data that one Merkle leaf covers, bytes.
uint256 constant CHUNK = 128;
/// @dev Levels of the 4-ary state tree.
uint256 constant TREE_DEPTH = 20;
/// @dev Object indices are below this (2^28).
uint256 constant OBJECT_LIMIT = 268435456;
/// @dev Leaf index of exit 0 (2^39).
uint256 constant EXIT_BASE = 549755813888;
/// @dev Exit numbers are below this (2^39).
uint256 constant EXIT_LIMIT = 549755813888;
/// @dev Object index of the ETH asset.
uint256 constant ETH_ASSET = 1;
/// @dev One unit of ETH is 10^9 wei.
uint256 constant ETH_SHIFT = 9;
/// @dev Largest decimal shift of an asset.
uint256 constant MAX_SHIFT = 36;
/// @dev Most holdings of an account.
uint256 constant MAX_HOLDINGS = 64;
/// @dev Ops not signed by the owner add a key only below this count.
uint256 constant MAX_FOREIGN_HOLDINGS = 32;
/// @dev A nonce is below base + this.
uint256 constant NONCE_WINDOW = 512;
/// @dev Bits of the nonce bitmap.
uint256 constant NONCE_BITS = 256;
/// @dev Most objects in a session key's scope.
uint256 constant MAX_SESSION_OBJECTS = 8;
/// @dev Shares of a new pool that nobody holds.
uint256 constant LOCKED_SHARES = 1000;
/// @dev Pool fees are counted in millionths (pips).
uint256 constant FEE_DENOMINATOR = 1000000;
/// @dev Highest pool fee, pips.
uint256 constant MAX_POOL_FEE = 100000;
/// @dev Fee for each object that an envelope creates, gwei.
uint256 constant OBJECT_FEE = 10000;
/// @dev Most units of one asset in escrow (2^63 - 1).
uint256 constant CAP_UNITS = 9223372036854775807;
/// @dev High nibble of an envelope's first byte.
uint256 constant ENVELOPE_VERSION = 1;

uint256 constant ENTRY_CALLDATA = 0;
uint256 constant ENTRY_BLOBS = 1;
uint256 constant ENTRY_QUEUE = 2;

uint256 constant QUEUE_DEPOSIT = 1;
uint256 constant QUEUE_LISTING = 2;
uint256 constant QUEUE_FORCED = 3;
uint256 constant QUEUE_CALL = 4;

uint256 constant RECORD_ASSET = 1;
uint256 constant RECORD_ACCOUNT = 2;
uint256 constant RECORD_POOL = 3;
uint256 constant RECORD_EXIT = 4;

uint256 constant FACET_BALANCE = 0;
uint256 constant FACET_SHARES = 1;

uint256 constant SIGNER_SECP256K1 = 0;

uint256 constant ASSET_AT_KIND = 0;
uint256 constant ASSET_AT_TOKEN = 1;
uint256 constant ASSET_AT_SHIFT = 21;
uint256 constant ASSET_AT_SIZE = 22;

uint256 constant ACCOUNT_AT_KIND = 0;
uint256 constant ACCOUNT_AT_OWNER = 1;
uint256 constant ACCOUNT_AT_SIGNER_KIND = 21;
uint256 constant ACCOUNT_AT_NONCE_BASE = 22;
uint256 constant ACCOUNT_AT_NONCE_BITS = 30;
uint256 constant ACCOUNT_AT_HAS_SESSION = 62;
uint256 constant ACCOUNT_AT_HOLDING_COUNT = 63;
uint256 constant ACCOUNT_AT_TAIL = 64;

uint256 constant SESSION_AT_KEY = 0;
uint256 constant SESSION_AT_EXPIRY = 20;
uint256 constant SESSION_AT_MASK = 28;
uint256 constant SESSION_AT_BUDGET = 32;
uint256 constant SESSION_AT_OBJECT_COUNT = 40;
uint256 constant SESSION_AT_OBJECTS = 41;

uint256 constant HOLDING_AT_KEY = 0;
uint256 constant HOLDING_AT_AMOUNT = 4;
uint256 constant HOLDING_AT_SIZE = 12;

uint256 constant POOL_AT_KIND = 0;
uint256 constant POOL_AT_ASSET0 = 1;
uint256 constant POOL_AT_ASSET1 = 5;
uint256 constant POOL_AT_FEE = 9;
uint256 constant POOL_AT_TAG = 12;
uint256 constant POOL_AT_RESERVE0 = 44;
uint256 constant POOL_AT_RESERVE1 = 52;
uint256 constant POOL_AT_TOTAL_SHARES = 60;
uint256 constant POOL_AT_LAST_TIME = 68;
uint256 constant POOL_AT_CUMULATIVE0 = 76;
uint256 constant POOL_AT_CUMULATIVE1 = 100;
uint256 constant POOL_AT_SIZE = 124;

uint256 constant EXIT_AT_KIND = 0;
uint256 constant EXIT_AT_TOKEN = 1;
uint256 constant EXIT_AT_SHIFT = 21;
uint256 constant EXIT_AT_AMOUNT = 22;
uint256 constant EXIT_AT_RECIPIENT = 30;
uint256 constant EXIT_AT_SIZE = 50;

uint256 constant VERB_OPEN_ACCOUNT = 1;
uint256 constant VERB_TRANSFER = 2;
uint256 constant VERB_WITHDRAW = 3;
uint256 constant VERB_CREATE_POOL = 4;
uint256 constant VERB_ADD_LIQUIDITY = 5;
uint256 constant VERB_REMOVE_LIQUIDITY = 6;
uint256 constant VERB_SWAP_EXACT_IN0 = 7;
uint256 constant VERB_SWAP_EXACT_IN1 = 8;
uint256 constant VERB_SWAP_EXACT_OUT0 = 9;
uint256 constant VERB_SWAP_EXACT_OUT1 = 10;
uint256 constant VERB_SET_SESSION_KEY = 11;
uint256 constant VERB_SCOPE_SESSION_KEY = 12;
uint256 constant VERB_CLEAR_SESSION_KEY = 13;
uint256 constant VERB_CANCEL_NONCES = 14;
uint256 constant VERB_COLLECT_FEES = 15;
/// @dev Verbs are 1 to this.
uint256 constant VERB_COUNT = 15;
/// @dev Bits of the verbs that a session key may be allowed.
uint256 constant SESSION_VERBS = 18400;

/// @dev Byte i: which fields verb i has, lowest bit first on the wire (object, object2, party, amount … amount4).
bytes32 constant VERB_FIELDS = 0x000d0b0d7b3939191919193c0300080800000000000000000000000000000000;
/// @dev Word i: keccak256 of the text of verb i + 1.
bytes constant VERB_HASHES =
    hex"5217c543dc57af558a8919d1583e782f7cac1068267544bdec3469601980d466160a2917983cb6ca71db7729c6405ef53b78fa9177807838c7afd4e142be0c8f8399ef50c42d26c05242783da60b083d1f11dad9300763d8f224bf1609dc1a86d5424bb840bed307c79c1b90ffda481e36ad699a19d4de20e23ceb64c5783bc2211f9676b679f8f60ddfb7e0d68e296671da951ace579426338ad56c780ebcce4f0bea994bd49a27de5db381b799499c21b9894d471bff42cd277782198d9807964a03057310279401f4d7d1d6cd0e2df926b3800df1b174785b5f3389ea46d557dd3fb553172a9070f5f2c805475513219d946e35eb43952db9e88e1a87c8a861bccb0826bee57ca292504c1ea42e383a23853cad475bbd6f6bfbd01371ac0cb7a271df6f15ef0915b43409fb656c15ce8efaa47c82af223979c3f764adbdba47b6b1fe98c4870fb9865b657672fb0519ea9b849b0c63e6fc00a5f101c26812b584309fc16cb393ee70a2a1ba83fcb664d2cf9ec377a6bc36be64fbe90556ea1fba1fbac181f625fe20b946da0237d70844e302c02b469b04e2fa3e1a8a611c6375955f489a2f4326c0ba62b69dc1bd0dc051ae169065e7fd729b4f9f6108d495cc194f3e0600aa225ef9234de9ab7b4bb3f3e4ce4981edeeb9a420e1d2afaf";
