#include "ui/models/query/AddressQuery.h"

#include "tests/support/TestProgram.h"

using namespace countersign;

class AddressQueryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokensBecomeAFilter()
    {
        const AddressQuery query =
            AddressQuery::parse(QStringLiteral("Corner  shop Chain:SOL tag:Vip list:allow"));
        QVERIFY(query.complaint.isEmpty());
        QVERIFY(query.filter.words == (std::vector<std::string>{"Corner", "shop"}));
        QCOMPARE(query.filter.chain, std::string("solana"));
        QCOMPARE(query.filter.tag, std::string("vip"));
        QCOMPARE(query.filter.list, std::string("allow"));
        QCOMPARE(AddressQuery::parse(QStringLiteral("chain:evm")).filter.chain, std::string("eip155"));
        QCOMPARE(AddressQuery::parse(QStringLiteral("chain:eip155:10")).filter.chain,
                 std::string("eip155:10"));
        QVERIFY(AddressQuery::parse({}).filter.isEmpty());
    }

    void whatIsNotUnderstoodIsSaid_data()
    {
        QTest::addColumn<QString>("words");
        for (const char* words :
             {"chain:", "chain:bitcoin", "chain:eip155:", "tag:", "tag:a;b", "list:<b>"}) {
            QTest::newRow(words) << QString::fromLatin1(words);
        }
    }
    void whatIsNotUnderstoodIsSaid()
    {
        QFETCH(const QString, words);
        QVERIFY(!AddressQuery::parse(words).complaint.isEmpty());
    }
};

COUNTERSIGN_APPLESS_TEST(AddressQueryTest)
#include "AddressQuery_test.moc"
