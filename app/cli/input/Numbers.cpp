#include "app/cli/input/Numbers.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

struct NumbersText
{
    Q_DECLARE_TR_FUNCTIONS(NumbersText)
};

}  // namespace

Result<std::int64_t> parsePositive(const QString& text)
{
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    const bool isPlain =
        std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!isNumber || !isPlain || number < 1) {
        return failure(ErrorCode::InvalidInput, NumbersText::tr("“%1” is not a number from 1 up.").arg(text));
    }
    return number;
}

Result<std::int64_t> positiveOption(const Arguments& arguments, QLatin1StringView option,
                                    std::int64_t fallback)
{
    if (!arguments.has(option)) {
        return fallback;
    }
    auto number = parsePositive(arguments.value(option));
    if (!number) {
        return failure(ErrorCode::InvalidInput,
                       QStringLiteral("--%1: %2").arg(option, number.error().sentence));
    }
    return number;
}

}  // namespace countersign::cli
