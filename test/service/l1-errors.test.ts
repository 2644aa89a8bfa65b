import { asL1Error, CodedError, decodeRevert } from "@lakh/service";
import { Claims__factory, Inbox__factory } from "@lakh/bindings";
import { expect } from "chai";
import { makeError } from "ethers";

function codeOf(error: unknown): string {
  const coded = asL1Error(error);
  return coded instanceof CodedError ? `${coded.severity} ${coded.code}` : "as it was";
}

describe("service > asL1Error", () => {
  const data = Inbox__factory.createInterface().encodeErrorResult("TimeAhead", [5, 4]);

  it("tells a revert from a wire that is down and from a node that answers nonsense", () => {
    expect(codeOf(Object.assign(new Error("reverted"), { data }))).to.equal("reset L1Reverted");
    expect(codeOf(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))).to.equal("retry L1Unreachable");
    expect(codeOf(makeError("late", "TIMEOUT"))).to.equal("retry L1Unreachable");
    expect(codeOf(makeError("poor", "INSUFFICIENT_FUNDS"))).to.equal("retry InsufficientFunds");
    expect(codeOf(makeError("odd", "BAD_DATA"))).to.equal("retry L1Fault");
    expect(codeOf(makeError("html", "UNSUPPORTED_OPERATION", { operation: "bodyJson" }))).to.equal("retry L1Fault");
  });

  it("does not repeat the URL, whose path may hold an API key", () => {
    const info = { requestUrl: "https://l1.example/hush", responseBody: null };
    const error = asL1Error(makeError("server response 401", "SERVER_ERROR", { request: "…", info }));
    expect((error as CodedError).code).to.equal("L1Unreachable");
    expect((error as CodedError).message).not.to.include("hush");
  });

  it("leaves what is a fault of the program", () => {
    expect(codeOf(new RangeError("broken"))).to.equal("as it was");
    expect(codeOf(Object.assign(new Error("disk full"), { code: "ENOSPC" }))).to.equal("as it was");
    expect(codeOf(makeError("no such filter", "UNSUPPORTED_OPERATION", { operation: "filter" }))).to.equal("as it was");
  });

  it("finds a revert's data wherever a provider puts it, in any contract's words", () => {
    for (const error of [{ data }, { info: { error: { data } } }, { error: { data: { data } } }, { cause: { data } }]) {
      expect(decodeRevert(error)).to.deep.equal({ name: "TimeAhead", args: [5n, 4n] });
    }
    const late = Claims__factory.createInterface().encodeErrorResult("TooLate", [9, 8]);
    expect(decodeRevert({ data: late })).to.deep.equal({ name: "TooLate", args: [9n, 8n] });
    expect(decodeRevert({ data: late.slice(0, 20) })).to.equal(undefined);
    expect(decodeRevert({ data: "0x12345678" })).to.equal(undefined);
    expect(decodeRevert(undefined)).to.equal(undefined);
  });
});
