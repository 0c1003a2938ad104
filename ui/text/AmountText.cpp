#include "ui/text/AmountText.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct AmountTextText
{
    Q_DECLARE_TR_FUNCTIONS(AmountTextText)
};

bool areDigits(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

}  // namespace

QString amountText(const Uint256& value, int decimals)
{
    QString digits = QString::fromStdString(toDecimal(value));
    if (decimals <= 0) {
        return digits;
    }
    digits = digits.rightJustified(decimals + 1, u'0');
    const QString whole = digits.left(digits.size() - decimals);
    QString fraction = digits.right(decimals);
    while (fraction.endsWith(u'0')) {
        fraction.chop(1);
    }
    return fraction.isEmpty() ? whole : whole + u'.' + fraction;
}

Result<Uint256> parseAmount(const QString& text, int decimals)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty()) {
        return failure(ErrorCode::InvalidInput, AmountTextText::tr("Enter an amount."));
    }
    const qsizetype point = trimmed.indexOf(u'.');
    const QString whole = point < 0 ? trimmed : trimmed.left(point);
    const QString fraction = point < 0 ? QString() : trimmed.mid(point + 1);
    const bool missing = whole.isEmpty() || (point >= 0 && fraction.isEmpty());
    if (missing || !areDigits(whole) || !areDigits(fraction)) {
        return failure(
            ErrorCode::InvalidInput,
            AmountTextText::tr("Write the amount with digits and at most one point, for instance 0.25."));
    }
    if (fraction.size() > decimals) {
        return failure(ErrorCode::InvalidInput,
                       AmountTextText::tr("At most %1 digits may stand behind the point.").arg(decimals));
    }
    QString digits = whole + fraction.leftJustified(decimals, u'0');
    while (digits.size() > 1 && digits.startsWith(u'0')) {
        digits.remove(0, 1);
    }
    const auto value = parseQuantity(digits.toStdString());
    if (!value) {
        return failure(ErrorCode::InvalidInput,
                       AmountTextText::tr("This amount is larger than any that can be sent."));
    }
    return *value;
}

}  // namespace countersign
