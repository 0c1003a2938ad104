#include "app/cli/input/Decoding.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

struct DecodingText
{
    Q_DECLARE_TR_FUNCTIONS(DecodingText)
};

}  // namespace

OptionSpec batchOption()
{
    return {
        batchOptionName, {}, DecodingText::tr("one input per line on standard input, one line of JSON each")};
}

PositionalSpec inputPosition(const char* name)
{
    return {.name = QString::fromLatin1(name), .required = false, .kind = WordKind::Raw};
}

namespace {

void runBatch(Invocation& invocation, const std::function<Result<ExitStatus>(std::string_view)>& convert)
{
    Terminal& terminal = invocation.terminal();
    while (const auto line = terminal.nextLine()) {
        const auto converted = line->and_then([&](const std::string& input) { return convert(input); });
        if (!converted) {
            terminal.print({{"error", converted.error().sentence.toStdString()}});
        }
        if (!terminal.isIntact()) {
            break;
        }
    }
    invocation.finish();
}

}  // namespace

void runDecoding(Invocation& invocation, InputEnd end,
                 const std::function<Result<ExitStatus>(std::string_view input)>& convert)
{
    const std::vector<std::string>& given = invocation.arguments().positionalBytes();
    if (invocation.arguments().has(batchOptionName)) {
        if (!given.empty()) {
            return invocation.usage(
                DecodingText::tr("With --batch the inputs come on standard input, not as an argument."));
        }
        return runBatch(invocation, convert);
    }
    Result<SecretBytes> input =
        given.empty() ? invocation.terminal().readAll() : SecretBytes::copyOf(given.front());
    if (!input) {
        return invocation.fail(input.error());
    }
    if (given.empty() && end == InputEnd::DropNewline) {
        dropTrailingNewline(*input);
    }
    const auto status = convert(input->text());
    if (!status) {
        return invocation.fail(status.error());
    }
    invocation.finish(*status);
}

}  // namespace countersign::cli
