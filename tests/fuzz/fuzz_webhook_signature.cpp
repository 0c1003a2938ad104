#include "core/crypto/envelopes/WebhookSignature.h"
#include "tests/fuzz/Require.h"

#include <array>

using namespace countersign;

// Input: a header value up to the first newline, the body after it.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::array secrets{SecretBytes::copyOf(std::string_view("test_webhook_secret")),
                                    SecretBytes(), SecretBytes::copyOf(std::string_view("older"))};
    const std::string_view input = asText({data, size});
    const std::size_t split = std::min(input.find('\n'), input.size());
    const std::string_view header = input.substr(0, split);
    const BytesView body = asBytes(input.substr(std::min(split + 1, input.size())));

    const auto given = verifyWebhook(header, body, secrets);
    if (given.isValid()) {
        require(header == signWebhook(secrets.at(*given.secretIndex), body),
                "only our own signature is valid");
        require(!secrets.at(*given.secretIndex).isEmpty(), "an empty secret verifies nothing");
    } else {
        require(!given.secretIndex, "no index without a match");
    }

    for (std::size_t i = 0; i < secrets.size(); ++i) {
        std::string good = signWebhook(secrets.at(i), body);
        const auto verified = verifyWebhook(good, body, secrets);
        require(verified.isValid() != secrets.at(i).isEmpty(), "a signature of a known secret is valid");
        char& digit = good.at(7 + size % 64);
        digit = digit == '0' ? '1' : '0';
        require(verifyWebhook(good, body, secrets).verdict == WebhookVerdict::Mismatch, "every digit counts");
    }
    const HeaderFields twice{{"x-dynamic-signature-256", std::string(header)},
                             {"X-Dynamic-Signature-256", "x"}};
    require(verifyWebhookHeaders(twice, body, secrets).verdict == WebhookVerdict::RepeatedHeader,
            "one header");
    return 0;
}
