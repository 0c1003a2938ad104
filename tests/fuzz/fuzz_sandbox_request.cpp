// What the sandbox reads from outside: bodies of control calls, public keys, its own shares coming back,
// cursors, webhook addresses, requests to sign, and the frames of the enclave. The first byte chooses.

#include "services/sandbox/Faults.h"
#include "services/sandbox/api/ControlRequests.h"
#include "services/sandbox/api/EncryptionKeyText.h"
#include "services/sandbox/enclave/EnclaveRequests.h"
#include "services/sandbox/signing/DelegatedShare.h"
#include "services/sandbox/signing/SigningPolicy.h"
#include "services/sandbox/signing/SigningRequests.h"
#include "services/sandbox/webhooks/WebhookUrl.h"
#include "tests/fuzz/Require.h"

#include <cstdint>
#include <string_view>

namespace {

using namespace countersign;
using namespace countersign::sandbox;

void readDelegation(std::string_view text)
{
    if (const auto request = parseDelegationRequest(text)) {
        require(request->count >= 1 && request->count <= maxBulkDelegations, "count within bounds");
        require(!request->walletId || request->count == 1, "a wallet is delegated once");
    }
}

void readKey(std::string_view text)
{
    const auto key = parseEncryptionKeyText(parseEncryptionKeyRequest(text).value_or(std::string(text)));
    require(!key || key->bits() >= rsaMinBits, "no key below the minimum");
}

void readShare(std::string_view text)
{
    if (const auto share = DelegatedShare::fromSecretShare(text)) {
        require(share->toJson(Bytes(32)).has_value(), "what was read can be written");
    }
    if (const auto json = parseJson(text)) {
        const auto share = DelegatedShare::fromKeyShare(*json);
        require(!share || share->digest != Sha256Digest{}, "a share has a digest");
    }
}

void readUrl(std::string_view text)
{
    if (const auto url = WebhookUrl::parse(text)) {
        require(url->target.starts_with('/') && !url->host.empty(), "a usable address");
        require(url->target.find_first_of("\r\n ") == std::string::npos, "no way out of the request line");
        require(url->hostHeader().find_first_of("\r\n ") == std::string::npos,
                "no way out of the Host header");
    }
}

void readSignRequest(std::string_view text)
{
    const auto ids = parseBulkRevocation(text);
    require(!ids || (!ids->empty() && ids->size() <= 100), "1 to 100 ids");
    const auto request = parseSignMessageRequest(text);
    if (!request) {
        return;
    }
    require(!request->message.empty(), "something to sign");
    const auto digest = bytesToSign(Chain::Evm, *request);
    require(!digest || digest->size() == 32, "EVM signs digests");
    const auto message = bytesToSign(Chain::Svm, *request);
    require(!message || message->size() <= request->message.size(), "SVM signs no more than was sent");
}

void readFrame(std::string_view text)
{
    const auto frame = parseEnclaveFrame(text);
    if (!frame) {
        require(!frame.error().errorType.empty() && frame.error().message.size() < 200, "a refusal says why");
        return;
    }
    require(!frame->requestId.empty(), "every request can be answered");
    if (const auto* request = std::get_if<EnclaveSignRequest>(&frame->content)) {
        require(request->roomId.size() == 32 && !request->message.empty(), "room and message are there");
        const auto digest = bytesToSign(*request);
        require(!digest || request->signingAlgo != "ecdsa" || digest->size() == 32, "ECDSA signs digests");
    }
}

void readKeyshare(std::string_view text)
{
    for (const std::string_view algorithm : {"ecdsa", "ed25519"}) {
        const auto share = parseKeysharePlaintext(SecretBytes::copyOf(text), algorithm);
        require(!share || (share->chain == Chain::Evm) == (algorithm == "ecdsa"),
                "a share of this algorithm");
    }
}

void readPolicy(std::string_view text)
{
    if (const auto policy = SigningPolicy::parse(text)) {
        const auto again = SigningPolicy::parse(dumpJson(policy->toJson()));
        require(again && again->toJson() == policy->toJson(), "a policy comes back as it was written");
    }
    SigningPolicy strict;
    strict.deny.push_back({"0x52908400098527886E0F7030069857D2E4169EE7", {}});
    strict.maxValueWei = 1000;
    if (const auto context = parseJson(text)) {
        (void)strict.judge(Chain::Evm, *context, "x");
    }
}

void readFaults(std::string_view text)
{
    Faults faults;
    if (!faults.set(text)) {
        require(!faults.takeSigning(), "what is refused plans nothing");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::string_view text = asText(BytesView(data + 1, size - 1));
    switch (data[0] % 10) {
        case 0:
            readDelegation(text);
            break;
        case 1:
            readKey(text);
            break;
        case 2:
            readShare(text);
            break;
        case 3:
            readUrl(text);
            break;
        case 5:
            readSignRequest(text);
            break;
        case 6:
            readFrame(text);
            break;
        case 7:
            readKeyshare(text);
            break;
        case 8:
            readPolicy(text);
            break;
        case 9:
            readFaults(text);
            break;
        default:
            require(parseCursor(text).value_or(0) >= 0, "cursors are positions");
    }
    return 0;
}
