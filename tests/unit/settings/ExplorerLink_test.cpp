#include "core/settings/ExplorerLink.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class ExplorerLinkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsTheAddressInItsPlace()
    {
        const std::string address = "0x52908400098527886E0F7030069857D2E4169EE7";
        QCOMPARE(explorerLink("https://etherscan.io/address/{address}", address)->toString(),
                 QStringLiteral("https://etherscan.io/address/0x52908400098527886E0F7030069857D2E4169EE7"));
        QCOMPARE(explorerLink("https://x.example/?a={address}&b=1#c", "abc")->toString(),
                 QStringLiteral("https://x.example/?a=abc&b=1#c"));
    }

    void nothingElseBecomesPartOfALink()
    {
        for (const char* address : {"", "a/b", "a b", "../x", "a&b=c", "a%2f", "\xc3\xa4"}) {
            QVERIFY2(!explorerLink("https://etherscan.io/address/{address}", address), address);
        }
        QVERIFY(!explorerLink("https://etherscan.io/address/{address}", std::string(65, 'a')));
        QVERIFY(!explorerLink("", "abc"));
    }

    void refusesOtherTemplates()
    {
        for (const char* text :
             {"", "{address}", "https://{address}", "https://{address}.example/",
              "https://x.example{address}", "https://x.example:{address}/", "http://x.example/{address}",
              "javascript:{address}", "file:///{address}", "https://user@x.example/{address}",
              "https://x.example/", "https://x.example/{address}/{address}", "//x.example/{address}"}) {
            QVERIFY2(!parseExplorerTemplate(QLatin1StringView(text)), text);
        }
        QVERIFY(!parseExplorerTemplate(QStringLiteral("https://x.example/{address}") + QString(2048, u'a')));
        QVERIFY(parseExplorerTemplate(QStringLiteral("https://x.example:8443/a/{address}")).has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(ExplorerLinkTest)
#include "ExplorerLink_test.moc"
