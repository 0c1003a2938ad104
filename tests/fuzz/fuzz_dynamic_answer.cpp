#include "core/dynamic/ErrorAnswer.h"
#include "core/dynamic/RevocationAnswers.h"
#include "core/dynamic/WaasAnswers.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;

namespace {

constexpr std::string_view secret = "dyn_fuzz";

bool isShown(const QString& text, qsizetype maxCharacters)
{
    return text.size() <= maxCharacters && text.isValidUtf16() && std::ranges::none_of(text, [](QChar c) {
               return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
                      c == QChar::LineSeparator || c == QChar::ParagraphSeparator;
           });
}

void checkRefusal(BytesView body)
{
    const ErrorAnswer answer = parseErrorAnswer(body, {secret});
    require(isShown(answer.text, 500) && isShown(answer.payload, 200) && isShown(answer.code, 64),
            "what is shown is bounded and visible");
    require(std::ranges::all_of(answer.code, [](QChar c) { return c > u' ' && c <= u'~'; }),
            "codes are printable ASCII");
    for (const int status : {200, 401, 422, 429, 503}) {
        const Error error = errorOfStatus(status, answer);
        require(!error.sentence.isEmpty(), "there is a sentence");
        require(!(error.sentence + error.detail).contains(QLatin1String("dyn_fuzz")),
                "secrets are not repeated");
    }
}

void checkWallet(BytesView body)
{
    const auto wallet = parseWaasWallet(body);
    if (!wallet) {
        require(wallet.error().code == ErrorCode::Network, "a broken answer is the network's");
        return;
    }
    require(wallet->derivationPath.size() <= 32, "paths are bounded");
    for (const std::string& text : {wallet->walletId, wallet->accountAddress, wallet->chainName}) {
        require(!text.empty() && text.size() <= 128, "names are bounded and there");
    }
}

void checkBulkRevocation(BytesView body)
{
    static const std::vector<std::string> asked = {"w1", "w2"};
    const auto results = parseBulkRevocation(body, asked, {secret});
    if (!results) {
        require(results.error().code == ErrorCode::Network, "a broken answer is the network's");
        return;
    }
    require(results->size() <= asked.size(), "each wallet is told of once at most");
    for (const BulkRevocationResult& result : *results) {
        require(std::ranges::find(asked, result.walletId) != asked.end(),
                "only what was asked about is told");
        require(!result.status || (*result.status >= 100 && *result.status <= 599), "a status is one");
        require(isShown(result.error, 500), "what is shown is bounded and visible");
        require(!result.error.contains(QLatin1String("dyn_fuzz")), "secrets are not repeated");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    checkRefusal(input);
    checkWallet(input);
    checkBulkRevocation(input);
    const auto room = parseRoomId(input);
    require(!room || (room->size() == 32 && room->find_first_not_of("0123456789abcdef") == std::string::npos),
            "rooms are 32 hex digits");
    (void)parseVerifiedApiKey(input, "env");
    return 0;
}
