#include "ui/models/query/WalletQuery.h"

#include "tests/support/TestProgram.h"
#include "ui/models/query/DeliveryQuery.h"
#include "ui/models/query/FilterText.h"

#include <QTest>

using namespace countersign;

class WalletQueryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTokensAndText()
    {
        const WalletQuery query = WalletQuery::parse(
            QStringLiteral(" status:ACTIVE  chain:sol health:undecryptable 0x52cA 91b3 "), 0);
        QVERIFY(query.complaint.isEmpty());
        QCOMPARE(query.filter.status, std::optional(WalletStatus::Active));
        QCOMPARE(query.filter.chain, std::string("SVM"));
        QCOMPARE(query.filter.health, std::optional(WalletHealth::Undecryptable));
        QCOMPARE(query.filter.text, std::string("0x52cA91b3"));
        QVERIFY(!query.filter.onlyProblems);
        QVERIFY(WalletQuery::parse(QStringLiteral("is:problem"), 0).filter.onlyProblems);
        QCOMPARE(WalletQuery::parse(QStringLiteral("chain:evm"), 0).filter.chain, std::string("EVM"));
        QCOMPARE(WalletQuery::parse(QStringLiteral("chain:btc"), 0).filter.chain, std::string("BTC"));
        QCOMPARE(WalletQuery::parse(QStringLiteral("key:Kid-1"), 0).filter.key, std::string("kid-1"));
        QCOMPARE(WalletQuery::parse(QStringLiteral("unseen:2"), 200'000'000).filter.notSeenSince,
                 std::optional<UnixMillis>(200'000'000 - 2 * 86'400'000));
        const WalletQuery empty = WalletQuery::parse({}, 0);
        QVERIFY(empty.filter.text.empty() && !empty.filter.status && empty.filter.chain.empty());
    }

    void complainsInsteadOfGuessing()
    {
        for (const char* input :
             {"status:aktive", "health:", "is:fine", "chain:", "key:", "unseen:0", "unseen:x"}) {
            QVERIFY2(!WalletQuery::parse(QLatin1String(input), 0).complaint.isEmpty(), input);
        }
        QVERIFY(!DeliveryQuery::parse(QStringLiteral("verdict:nice")).complaint.isEmpty());
    }

    void unknownNamesAreText()
    {
        QCOMPARE(WalletQuery::parse(QStringLiteral("foo:bar"), 0).filter.text, std::string("foo:bar"));
    }

    void readsDeliveries()
    {
        const DeliveryQuery query =
            DeliveryQuery::parse(QStringLiteral("verdict:quarantined wallet:Ab-1 ping"));
        QCOMPARE(query.filter.verdict, std::optional(Verdict::Quarantined));
        QCOMPARE(query.filter.walletId, std::string("ab-1"));
        QCOMPARE(query.filter.text, std::string("ping"));
    }

    void changesOneTokenOnly()
    {
        const QString input = QStringLiteral("abc STATUS:active chain:sol");
        QCOMPARE(withToken(input, QStringLiteral("status"), QStringLiteral("revoked")),
                 QStringLiteral("status:revoked abc chain:sol"));
        QCOMPARE(withToken(input, QStringLiteral("status"), {}), QStringLiteral("abc chain:sol"));
        QCOMPARE(withToken({}, QStringLiteral("is"), QStringLiteral("problem")),
                 QStringLiteral("is:problem"));
    }
};

COUNTERSIGN_GUI_TEST(WalletQueryTest)
#include "WalletQuery_test.moc"
