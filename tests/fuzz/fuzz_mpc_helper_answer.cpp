// What the helper's process writes. The first byte chooses what was asked.

#include "core/mpc/sdk/HelperErrors.h"
#include "core/mpc/sdk/HelperFrame.h"
#include "tests/fuzz/Require.h"

#include <algorithm>
#include <cstdint>

using namespace countersign;

namespace {

bool isPlain(const QString& text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u' ' && c <= u'~'; });
}

/// As if the helper had it framed well, so that the parser gets past the length.
Bytes framed(BytesView body)
{
    Bytes frame{0, static_cast<std::uint8_t>(body.size() >> 16U),
                static_cast<std::uint8_t>(body.size() >> 8U), static_cast<std::uint8_t>(body.size())};
    frame.insert(frame.end(), body.begin(), body.end());
    return frame;
}

void check(BytesView output, HelperOperation operation)
{
    const auto answer = parseHelperAnswer(output, operation);
    if (!answer) {
        require(!answer.error().sentence.isEmpty(), "every failure has a sentence");
        require(answer.error().detail.size() < 400 && isPlain(answer.error().detail),
                "details are short and plain");
        return;
    }
    if (operation == HelperOperation::About) {
        require(!answer->node.empty() && answer->node.size() <= 64 && !answer->package.empty() &&
                    answer->package.size() <= 64,
                "versions are short");
    } else {
        require(!answer->bytes.empty() && answer->bytes.size() <= 128, "bytes are few");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0 || size > helperAnswerMaxBytes + 64) {
        return 0;
    }
    const HelperOperation operation = static_cast<HelperOperation>(data[0] % 3);
    const BytesView rest(data + 1, size - 1);
    if (data[0] < 128) {
        check(framed(rest), operation);
    } else {
        check(rest, operation);
    }
    return 0;
}
