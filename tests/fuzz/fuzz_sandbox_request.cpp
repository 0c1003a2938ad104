// What the sandbox reads from outside: bodies of control calls, public keys, its own shares coming back,
// cursors and webhook addresses. The first byte chooses.

#include "services/sandbox/ControlRequests.h"
#include "services/sandbox/DelegatedShare.h"
#include "services/sandbox/EncryptionKeyText.h"
#include "services/sandbox/WebhookUrl.h"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::string_view text = asText(BytesView(data + 1, size - 1));
    switch (data[0] % 5) {
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
        default:
            require(parseCursor(text).value_or(0) >= 0, "cursors are positions");
    }
    return 0;
}
