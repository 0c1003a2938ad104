#include "services/http/message/ClientAddress.h"

#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

using namespace countersign;

namespace {

boost::asio::ip::address ip(const char* text)
{
    return boost::asio::ip::make_address(text);
}

http::ProxyTrust trusting(std::initializer_list<const char*> ranges)
{
    http::ProxyTrust trust;
    for (const char* range : ranges) {
        if (!trust.add(range)) {
            qFatal("%s is no range.", range);
        }
    }
    return trust;
}

}  // namespace

class ClientAddressTest : public QObject
{
    Q_OBJECT

private:
    static std::string clientBy(const char* header, const char* value)
    {
        return trusting({"10.0.0.0/8", "2001:db8:f::/48"})
            .clientOf(ip("10.0.0.1"), http::HttpHeaders{{header, value}})
            .to_string();
    }

private Q_SLOTS:
    void keys()
    {
        QCOMPARE(http::addressKey("192.0.2.7"), std::string("192.0.2.7"));
        QCOMPARE(http::addressKey("::ffff:192.0.2.7"), std::string("192.0.2.7"));
        QCOMPARE(http::addressKey("2001:db8:1:2:3:4:5:6"), std::string("2001:db8:1:2::"));
        QCOMPARE(http::addressKey("2001:db8:1:2::"), http::addressKey("2001:db8:1:2:ffff::1"));
        QVERIFY(http::addressKey("2001:db8:1:3::") != http::addressKey("2001:db8:1:2::"));
        for (const char* none : {"", "nobody", "1.2.3", "1.2.3.4:5", "[::1]"}) {
            QCOMPARE(http::addressKey(none), std::string());
        }
    }

    void ranges()
    {
        const http::ProxyTrust trust =
            trusting({"10.1.0.0/16", "192.0.2.8", "192.0.2.129/25", "2001:db8::/33"});
        for (const char* in :
             {"10.1.0.0", "10.1.255.255", "192.0.2.8", "192.0.2.128", "192.0.2.255", "2001:db8:7fff::1"}) {
            QVERIFY2(trust.trusts(ip(in)), in);
        }
        for (const char* out : {"10.2.0.0", "10.0.255.255", "192.0.2.9", "192.0.2.127", "2001:db8:8000::1",
                                "127.0.0.1", "::1", "a01::"}) {
            QVERIFY2(!trust.trusts(ip(out)), out);
        }
        QVERIFY(trusting({"0.0.0.0/0"}).trusts(ip("203.0.113.1")));
        QVERIFY(!trusting({"0.0.0.0/0"}).trusts(ip("::1")));
        QVERIFY(trusting({"loopback"}).trusts(ip("127.9.9.9")) && trusting({"loopback"}).trusts(ip("::1")));
        QVERIFY(!http::ProxyTrust().trusts(ip("127.0.0.1")) && http::ProxyTrust().isEmpty());
    }

    void whatIsNoRange()
    {
        for (const char* text : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "/8",
                                 "10.0.0/8", "::/129", "10.0.0.1/8/8", "::ffff:10.0.0.1", "10.0.0.1 "}) {
            QVERIFY2(!http::ProxyTrust().add(text).has_value(), text);
        }
    }

    void rightMostUntrustedHop_data()
    {
        QTest::addColumn<QString>("hops");
        QTest::addColumn<QString>("client");
        QTest::newRow("one") << "203.0.113.7"
                             << "203.0.113.7";
        QTest::newRow("what the client invented") << "9.9.9.9, 203.0.113.7"
                                                  << "203.0.113.7";
        QTest::newRow("two proxies") << "9.9.9.9, 203.0.113.7, 10.0.0.2"
                                     << "203.0.113.7";
        QTest::newRow("a proxy of another family") << "203.0.113.7, 2001:db8:f::1"
                                                   << "203.0.113.7";
        QTest::newRow("only proxies") << "10.0.0.3, 10.0.0.2"
                                      << "10.0.0.3";
        QTest::newRow("nonsense last") << "203.0.113.7, nonsense"
                                       << "10.0.0.1";
        QTest::newRow("nonsense behind a proxy") << "203.0.113.7, nonsense, 10.0.0.2"
                                                 << "10.0.0.2";
        QTest::newRow("empty") << ""
                               << "10.0.0.1";
        QTest::newRow("a comma at the end") << "203.0.113.7,"
                                            << "10.0.0.1";
        QTest::newRow("with a port") << "203.0.113.7:4711"
                                     << "203.0.113.7";
        QTest::newRow("IPv6") << "2001:db8::7"
                              << "2001:db8::7";
        QTest::newRow("IPv6 in brackets") << "[2001:db8::7]"
                                          << "2001:db8::7";
        QTest::newRow("IPv6 with a port") << "[2001:db8::7]:4711"
                                          << "2001:db8::7";
        QTest::newRow("mapped") << "::ffff:203.0.113.7"
                                << "203.0.113.7";
        QTest::newRow("a mapped proxy") << "203.0.113.7, ::ffff:10.0.0.2"
                                        << "203.0.113.7";
    }

    void rightMostUntrustedHop()
    {
        QFETCH(QString, hops);
        QFETCH(QString, client);
        QCOMPARE(clientBy("X-Forwarded-For", qPrintable(hops)), client.toStdString());
        // The same told by Forwarded.
        QStringList elements;
        for (const QString& hop : hops.split(QLatin1Char(','))) {
            elements << QStringLiteral("for=\"%1\";proto=https").arg(hop.trimmed());
        }
        QCOMPARE(clientBy("Forwarded", qPrintable(elements.join(QStringLiteral(", ")))),
                 client.toStdString());
    }

    void forwardedIsReadByItsGrammar()
    {
        QCOMPARE(clientBy("Forwarded", "proto=http; FOR = 203.0.113.7 ;by=_x"), std::string("203.0.113.7"));
        QCOMPARE(clientBy("Forwarded", "for=_hidden, for=203.0.113.7"), std::string("203.0.113.7"));
        for (const char* none :
             {"for=unknown", "for=_hidden", "by=203.0.113.7", "for=203.0.113.7;for=9.9.9.9", "for",
              "for=", "=203.0.113.7", "203.0.113.7"}) {
            QCOMPARE(clientBy("Forwarded", none), std::string("10.0.0.1"));
        }
        // A quotation mark that the client left open must not hide the element that the proxy appended.
        for (const char* open :
             {"for=9.9.9.9;x=\", for=\"[2001:db8::7]\"", "for=9.9.9.9;x=\", for=203.0.113.7",
              "for=\", for=203.0.113.7", "for=9.9.9.9;x=\"\\\", for=\"203.0.113.7:1\""}) {
            QCOMPARE(clientBy("Forwarded", open), std::string("10.0.0.1"));
        }
    }

    void onlyProxiesAreBelieved()
    {
        const http::ProxyTrust trust = trusting({"10.0.0.0/8"});
        const http::HttpHeaders headers{{"X-Forwarded-For", "203.0.113.7"}, {"Forwarded", "for=203.0.113.7"}};
        QCOMPARE(trust.clientOf(ip("192.0.2.1"), headers).to_string(), std::string("192.0.2.1"));
        QCOMPARE(http::ProxyTrust().clientOf(ip("10.0.0.1"), headers).to_string(), std::string("10.0.0.1"));
        QCOMPARE(trust.clientOf(ip("10.0.0.1"), headers).to_string(), std::string("203.0.113.7"));
        QCOMPARE(trust.clientOf(ip("10.0.0.1"), {}).to_string(), std::string("10.0.0.1"));
    }

    /// The proxy writes one of the headers and passes the other one on.
    void headersThatDisagreeAreNotBelieved()
    {
        const http::ProxyTrust trust = trusting({"10.0.0.0/8"});
        for (const http::HttpHeaders& headers :
             {http::HttpHeaders{{"X-Forwarded-For", "203.0.113.7"}, {"Forwarded", "for=9.9.9.9"}},
              http::HttpHeaders{{"X-Forwarded-For", "9.9.9.9"}, {"Forwarded", "for=203.0.113.7"}},
              http::HttpHeaders{{"X-Forwarded-For", "203.0.113.7"}, {"Forwarded", "nonsense"}}}) {
            QCOMPARE(trust.clientOf(ip("10.0.0.1"), headers).to_string(), std::string("10.0.0.1"));
        }
    }

    /// Several fields of a name are one list.
    void repeatedFieldsAreOneList()
    {
        const http::ProxyTrust trust = trusting({"10.0.0.0/8"});
        const http::HttpHeaders headers{{"X-Forwarded-For", "9.9.9.9"},
                                        {"X-Forwarded-For", "203.0.113.7, 10.0.0.9"}};
        QCOMPARE(trust.clientOf(ip("10.0.0.1"), headers).to_string(), std::string("203.0.113.7"));
    }

    /// Whatever a client writes before it, what the trusted proxy appended decides.
    void noPrefixMovesTheHop()
    {
        const std::string alphabet = "0123456789abcdef.:[]\"\\;=,fort _";
        for (int round = 0; round < 20'000; ++round) {
            std::string claim;
            const int length = QRandomGenerator::global()->bounded(24);
            for (int i = 0; i < length; ++i) {
                claim += alphabet[static_cast<std::size_t>(
                    QRandomGenerator::global()->bounded(static_cast<int>(alphabet.size())))];
            }
            const std::string value = claim + ", for=\"203.0.113.7:80\"";
            const std::string client = clientBy("Forwarded", value.c_str());
            QVERIFY2(client == "203.0.113.7" || client == "10.0.0.1", value.c_str());
            QCOMPARE(clientBy("X-Forwarded-For", (claim + ", 203.0.113.7").c_str()),
                     std::string("203.0.113.7"));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(ClientAddressTest)
#include "ClientAddress_test.moc"
