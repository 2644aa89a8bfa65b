/** Methods of the sequencer. */
import { hexOf } from "../../bytes.ts";
import {
  type SendResult,
  adviseData,
  receiptOf,
  sealedEntries,
  sendEnvelope,
  sendEnvelopes,
} from "../../sequencer/service.ts";
import { faultView } from "../fault-view.ts";
import type { Methods } from "./method.ts";

const MAX_ENVELOPES = 1000;
const MAX_SEALED = 256;
const MODES = ["calldata", "blobs"] as const;

export const sequencingMethods: Methods = {
  lakh_sendEnvelope: { params: 1, call: (node, params) => sendEnvelope(node, params.bytes(0)) },
  lakh_sendEnvelopes: {
    params: 1,
    call: async (node, params) => (await sendEnvelopes(node, params.bytesList(0, MAX_ENVELOPES))).map(resultView),
  },
  lakh_getReceipt: { params: 1, call: async (node, params) => (await receiptOf(node, params.hash(0))) ?? null },
  lakh_adviseData: {
    params: 3,
    calls: 20,
    call: (node, params) => adviseData(node, params.word(0, MODES), params.integer(1), hexOf(params.bytes(2))),
  },
  lakh_sealedEntries: {
    params: 2,
    calls: 20,
    call: (node, params) => sealedEntries(node, params.integer(0), params.optionalInteger(1, MAX_SEALED, MAX_SEALED)),
  },
};

function resultView(result: SendResult) {
  return "fault" in result ? { error: faultView(result.fault) } : result;
}
