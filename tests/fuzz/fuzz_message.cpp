#include "core/base/encoding/Hex.h"
#include "core/chain/evm/message/EvmMessage.h"
#include "core/chain/evm/message/SignInMessage.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;
using namespace countersign::meaning;

// Input: a message of EIP-191. What is not understood must say why and must not have an intent; a sign-in is
// read in one way only; a hash is never understood.

namespace {

constexpr std::size_t hashBytes = 32;

void checkSignIn(std::string_view text, const Meaning& meaning)
{
    const auto signIn = parseSignInMessage(text);
    if (!signIn) {
        require(!meaning.understood || !looksLikeSignIn(text), "a sign-in that is not well-formed is none");
        return;
    }
    require(looksLikeSignIn(text), "a sign-in speaks like one");
    require(text.find(toText(signIn->address)) != std::string_view::npos, "its account is in its text");
    require(!parseSignInMessage(std::string(text) + '\n'), "nothing may follow it");
    require(meaning.fields.size() >= 6, "its fields are shown");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const KnownLists lists;
    const BytesView message(data, size);
    const Explanation explanation = explainMessage(message, {}, {.lists = lists});
    const Meaning& meaning = explanation.meaning;
    require(meaning.understood == !meaning.intent.empty(), "an intent exactly where it is understood");
    require(meaning.understood || !meaning.findings.empty(), "what is not understood says why");
    require(size != hashBytes || !meaning.understood, "32 bytes are a hash");
    require(explanation.bytes == toHex(sha256(eip191Prefixed(message))), "the hash of what is signed");
    require(!meaning.fields.empty() && meaning.fields.size() <= 400, "the message is shown, within bounds");
    checkSignIn(asText(message), meaning);
    return 0;
}
