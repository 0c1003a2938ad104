#include "ui/review/content/HiddenAmounts.h"

#include "ui/text/AmountVisibility.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct HiddenAmountsText
{
    Q_DECLARE_TR_FUNCTIONS(HiddenAmountsText)
};

/// Addresses and hashes with their 0x; what is longer is data, with amounts in it.
constexpr qsizetype longestKeptCode = 66;

void hideIn(std::string& text)
{
    text = withoutAmounts(QString::fromStdString(text)).toStdString();
}

void hideIn(QList<ContentNode>& nodes)
{
    for (ContentNode& node : nodes) {
        node.value = withoutAmounts(node.value);
        hideIn(node.children);
    }
}

void hideIn(meaning::Meaning& meaning)
{
    hideIn(meaning.intent);
    for (meaning::Field& field : meaning.fields) {
        hideIn(field.value);
    }
    for (meaning::Effect& effect : meaning.effects) {
        effect.amount.reset();
        hideIn(effect.text);
        if (effect.display) {
            hideIn(*effect.display);
        }
    }
    for (meaning::Finding& finding : meaning.findings) {
        hideIn(finding.title);
        hideIn(finding.detail);
    }
}

}  // namespace

ReviewContent withHiddenAmounts(ReviewContent review)
{
    const QString hidden = HiddenAmountsText::tr("Hidden with the amounts.");
    review.intent = withoutAmounts(review.intent);
    review.warning = withoutAmounts(review.warning);
    review.text = withoutAmounts(review.text);
    for (ContentField& field : review.fields) {
        const bool isData = field.code && field.value.size() > longestKeptCode;
        field.value = isData ? hidden : withoutAmounts(field.value);
    }
    hideIn(review.tree);
    if (review.meaning) {
        hideIn(*review.meaning);
    }
    review.raw = hidden;
    review.bytes = {};
    return review;
}

}  // namespace countersign
