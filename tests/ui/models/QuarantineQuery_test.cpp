#include "ui/models/query/QuarantineQuery.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class QuarantineQueryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTokensAndWords()
    {
        const auto query = QuarantineQuery::parse(QStringLiteral("Reason:Undecryptable is:genuine 0x52 cA"));
        QVERIFY(query.complaint.isEmpty());
        QCOMPARE(query.filter.reason, std::string("undecryptable"));
        QCOMPARE(query.filter.isGenuine, std::optional(true));
        QCOMPARE(query.filter.text, std::string("0x52cA"));
        QCOMPARE(QuarantineQuery::parse(QStringLiteral("is:unverified")).filter.isGenuine,
                 std::optional(false));
        const auto nothing = QuarantineQuery::parse({});
        QVERIFY(nothing.filter.reason.empty() && nothing.filter.text.empty() && !nothing.filter.isGenuine);
        for (const std::string_view reason : quarantineReasons) {
            const QString token =
                QStringLiteral("reason:") + QString::fromLatin1(reason.data(), qsizetype(reason.size()));
            QVERIFY2(QuarantineQuery::parse(token).complaint.isEmpty(), qPrintable(token));
        }
    }

    void complainsAboutWhatItDoesNotKnow()
    {
        for (const char* text : {"reason:weather", "reason:", "is:fine", "is:"}) {
            const auto query = QuarantineQuery::parse(QLatin1String(text));
            QVERIFY2(query.complaint.contains(QLatin1String(text)), text);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(QuarantineQueryTest)
#include "QuarantineQuery_test.moc"
