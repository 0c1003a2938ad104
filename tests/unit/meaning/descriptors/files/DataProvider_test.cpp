#include "core/meaning/descriptors/files/DataProvider.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"

#include <QTest>

using namespace countersign;
using namespace countersign::meaning;

namespace {

constexpr const char* providedToken = "0x00000000000000000000000000000000000000f1";

}  // namespace

class DataProviderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsTokensAndNames()
    {
        KnownLists lists;
        const std::string text = json(
            "{'tokens':{'0x00000000000000000000000000000000000000F1':{'symbol':'NEW','decimals':3,'name':'"
            "New'}},"
            "'addressNames':{'0x00000000000000000000000000000000000000f2':'Till'},"
            "'ensNames':{'0x00000000000000000000000000000000000000f2':'till.eth'},'blockTimestamps':{'1':2}"
            "}");
        QVERIFY(addDataProvider(lists, text));
        QCOMPARE(lists.token(providedTokens, providedToken)->symbol, std::string("NEW"));
        QVERIFY(lists.token("eip155:1", providedToken) == nullptr);
        const char* named = "0x00000000000000000000000000000000000000f2";
        QCOMPARE(lists.contract(providedLocalNames, named)->name, std::string("Till"));
        QCOMPARE(lists.contract(providedEnsNames, named)->name, std::string("till.eth"));
        QVERIFY(lists.contract("eip155:1", named) == nullptr);
        QVERIFY(addDataProvider(lists, json("{'tests':[],'dataProvider':") + text + "}", Uint256(1)));
        QCOMPARE(lists.token("eip155:1", providedToken)->decimals, 3);
        QVERIFY(addDataProvider(lists, json("{'tests':[]}")));
    }

    void replacesNothing()
    {
        KnownLists lists;
        lists.add(KnownToken{
            .chain = "eip155:1", .address = providedToken, .symbol = "OLD", .name = "Old", .decimals = 6});
        QVERIFY(addDataProvider(lists,
                                json("{'tokens':{'0x00000000000000000000000000000000000000f1':{'symbol':'NEW'"
                                     ",'decimals':3,'name':'New'}}}"),
                                Uint256(1)));
        QCOMPARE(lists.token("eip155:1", providedToken)->symbol, std::string("OLD"));
    }

    void refusesWhatIsNone_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"[]", "", "{'tokens':[]}", "{'tokens':{'0x00':{'symbol':'A','decimals':1,'name':'A'}}}",
              "{'tokens':{'0x00000000000000000000000000000000000000f1':{'symbol':'A','name':'A'}}}",
              "{'tokens':{'0x00000000000000000000000000000000000000f1':{'symbol':'A','decimals':-1,'name':'A'"
              "}}}",
              "{'tokens':{'0x00000000000000000000000000000000000000f1':{'symbol':'A','decimals':99,'name':'A'"
              "}}}",
              "{'tokens':{'0x00000000000000000000000000000000000000f1':{'symbol':'','decimals':1,'name':'A'}}"
              "}",
              "{'ensNames':{'0x00000000000000000000000000000000000000f1':7}}", "{'ensNames':7}"}) {
            QTest::newRow(text) << QString::fromStdString(json(text));
        }
    }

    void refusesWhatIsNone()
    {
        QFETCH(const QString, text);
        KnownLists lists;
        QCOMPARE(addDataProvider(lists, text.toStdString()).error().code, ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_APPLESS_TEST(DataProviderTest)
#include "DataProvider_test.moc"
