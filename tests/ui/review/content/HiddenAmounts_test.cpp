#include "ui/review/content/HiddenAmounts.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

const char* const hiddenRecipient = "0x00000000000000000000000000000000000000cc";

ReviewContent paying()
{
    ReviewContent review;
    review.intent = QStringLiteral("Send 250 USDC to 0x0000…00cc");
    review.warning = QStringLiteral("The fee is 0.5 ETH.");
    review.fields = {{QStringLiteral("Value"), QStringLiteral("250"), false, false},
                     {QStringLiteral("To"), QLatin1String(hiddenRecipient), false, true},
                     {QStringLiteral("Data"), QStringLiteral("0x") + QString(136, u'a'), false, true}};
    review.text = QStringLiteral("I pay 250");
    review.tree = {
        {QStringLiteral("order"), {}, {}, {{QStringLiteral("amount"), {}, QStringLiteral("250"), {}}}}};
    review.raw = QStringLiteral("\"value\": \"250\"");
    review.bytes = {Bytes{250}, {{0, 1, "value", "value"}}};
    review.hashes = {{QStringLiteral("Digest"), QStringLiteral("0x25")}};
    review.obstacle = QStringLiteral("No.");
    meaning::Meaning meaning;
    meaning.understood = true;
    meaning.intent = "Send 250 USDC";
    meaning.fields = {{"Amount", "250 USDC", "transfer.amount"}, {"To", hiddenRecipient, std::nullopt}};
    meaning.effects = {{.direction = meaning::Effect::Direction::Out,
                        .asset = std::nullopt,
                        .amount = Uint256(250),
                        .display = "250 USDC",
                        .account = hiddenRecipient,
                        .text = "250 USDC leave"}};
    meaning.findings = {
        {"a.b", meaning::Severity::Critical, "Large", "More than 249 USDC", {hiddenRecipient}}};
    review.meaning = meaning;
    review.hasCritical = true;
    return review;
}

}  // namespace

class HiddenAmountsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noAmountIsLeft()
    {
        const ReviewContent hidden = withHiddenAmounts(paying());
        QCOMPARE(hidden.intent, QStringLiteral("Send ••• USDC to 0x0000…00cc"));
        QCOMPARE(hidden.warning, QStringLiteral("The fee is ••• ETH."));
        QCOMPARE(hidden.text, QStringLiteral("I pay •••"));
        QCOMPARE(hidden.fields.at(0).value, QStringLiteral("•••"));
        QVERIFY(!hidden.fields.at(2).value.contains(u'a' + QString(10, u'a')));
        QCOMPARE(hidden.tree.at(0).children.at(0).value, QStringLiteral("•••"));
        QVERIFY(!hidden.raw.contains(QStringLiteral("250")));
        QVERIFY(hidden.bytes.bytes.empty() && hidden.bytes.spans.empty());
        QCOMPARE(hidden.meaning->fields.at(0).value, std::string("••• USDC"));
        QCOMPARE(hidden.meaning->effects.at(0).display, std::optional<std::string>("••• USDC"));
        QCOMPARE(hidden.meaning->effects.at(0).text, std::string("••• USDC leave"));
        QVERIFY(!hidden.meaning->effects.at(0).amount);
        QCOMPARE(hidden.meaning->findings.at(0).detail, std::string("More than ••• USDC"));
    }

    void whatDecidesStays()
    {
        const ReviewContent shown = paying();
        const ReviewContent hidden = withHiddenAmounts(shown);
        QCOMPARE(hidden.fields.at(1).value, QLatin1String(hiddenRecipient));
        QCOMPARE(hidden.meaning->effects.at(0).account, shown.meaning->effects.at(0).account);
        QVERIFY(hidden.hashes == shown.hashes);
        QCOMPARE(hidden.obstacle, shown.obstacle);
        QVERIFY(hidden.hasCritical && hidden.meaning->understood);
        QVERIFY(withHiddenAmounts(hidden) == hidden);
    }
};

COUNTERSIGN_APPLESS_TEST(HiddenAmountsTest)
#include "HiddenAmounts_test.moc"
