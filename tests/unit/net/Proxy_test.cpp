#include "core/net/Proxy.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QNetworkProxy>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <array>
#include <map>

using namespace countersign;

namespace {

using Variables = std::map<QByteArray, QByteArray>;

Result<Proxy> proxyIn(const Variables& variables, const char* url)
{
    return proxyFor(QUrl(QString::fromLatin1(url)), [&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? QByteArray() : found->second;
    });
}

/// "host:port", or "" for none, or "?" for an error.
QString shownIn(const Variables& variables, const char* url = "https://service.example/path")
{
    const auto proxy = proxyIn(variables, url);
    return !proxy ? QStringLiteral("?") : proxy->isUsed() ? proxy->shown() : QString();
}

}  // namespace

class ProxyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryForm_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("password");
        using Kind = Proxy::Kind;
        const auto row = [](const char* text, Kind kind, const char* shown, const char* user = "",
                            const char* password = "") {
            QTest::newRow(text) << QString::fromLatin1(text) << static_cast<int>(kind)
                                << QString::fromLatin1(shown) << QString::fromLatin1(user)
                                << QString::fromLatin1(password);
        };
        row("proxy.example:3128", Kind::Http, "proxy.example:3128");
        row("proxy.example", Kind::Http, "proxy.example:1080");
        row("http://proxy.example:80/", Kind::Http, "proxy.example:80");
        row(" HTTP://proxy.example:8080 ", Kind::Http, "proxy.example:8080");
        row("https://proxy.example", Kind::Https, "proxy.example:443");
        row("socks://proxy.example", Kind::Socks4, "proxy.example:1080");
        row("socks4://proxy.example:9", Kind::Socks4, "proxy.example:9");
        row("socks4a://proxy.example", Kind::Socks4a, "proxy.example:1080");
        row("socks5://10.0.0.1:1080", Kind::Socks5, "10.0.0.1:1080");
        row("socks5h://proxy.example", Kind::Socks5h, "proxy.example:1080");
        row("http://[::1]:3128", Kind::Http, "[::1]:3128");
        row("user:pass@proxy.example:3128", Kind::Http, "proxy.example:3128", "user", "pass");
        row("http://us%40er:p%3Ass@proxy.example:1", Kind::Http, "proxy.example:1", "us@er", "p:ss");
        row("user@proxy.example:1", Kind::Http, "proxy.example:1", "user");
    }

    void readsEveryForm()
    {
        QFETCH(const QString, text);
        QFETCH(const int, kind);
        QFETCH(const QString, shown);
        QFETCH(const QString, user);
        QFETCH(const QString, password);
        const auto proxy = parseProxy(text);
        QVERIFY(proxy.has_value());
        QCOMPARE(static_cast<int>(proxy->kind), kind);
        QCOMPARE(proxy->shown(), shown);
        QCOMPARE(proxy->user, user);
        QCOMPARE(proxy->password, password);
    }

    void refusesOthers()
    {
        for (const char* text :
             {"", " ", "http://", ":3128", "gopher://proxy.example", "http://proxy.example:0",
              "http://proxy.example:65536", "http://proxy.example:x", "http://a b", "://x"}) {
            QVERIFY2(!parseProxy(QString::fromLatin1(text)), text);
        }
        QVERIFY(!parseProxy(QString(5000, u'a')));
    }

    void choosesTheVariable()
    {
        QCOMPARE(shownIn({{"https_proxy", "a:1"}, {"HTTPS_PROXY", "b:2"}, {"all_proxy", "c:3"}}),
                 QStringLiteral("a:1"));
        QCOMPARE(shownIn({{"HTTPS_PROXY", "b:2"}, {"all_proxy", "c:3"}}), QStringLiteral("b:2"));
        QCOMPARE(shownIn({{"https_proxy", ""}, {"HTTPS_PROXY", "b:2"}}), QStringLiteral("b:2"));
        QCOMPARE(shownIn({{"all_proxy", "c:3"}, {"ALL_PROXY", "d:4"}}), QStringLiteral("c:3"));
        QCOMPARE(shownIn({{"ALL_PROXY", "d:4"}}), QStringLiteral("d:4"));
        QCOMPARE(shownIn({{"http_proxy", "e:5"}}), QString());
        // wss is https; the enclave's socket goes the same way.
        QCOMPARE(shownIn({{"https_proxy", "a:1"}}, "wss://service.example/ws"), QStringLiteral("a:1"));
        // A CGI's environment holds HTTP_PROXY where a stranger sent a field "Proxy".
        QCOMPARE(shownIn({{"HTTP_PROXY", "e:5"}, {"no_proxy", "x"}}, "http://service.example/"), QString());
        QCOMPARE(shownIn({{"HTTP_PROXY", "e:5"}}, "http://service.example/"), QString());
        QCOMPARE(shownIn({{"HTTP_PROXY", "e:5"}}), QString());
        QCOMPARE(shownIn({{"http_proxy", "e:5"}}, "http://service.example/"), QStringLiteral("e:5"));
        // Set to nothing: none, whatever the desktop says.
        QCOMPARE(shownIn({{"https_proxy", ""}}), QString());
        QCOMPARE(shownIn({{"https_proxy", "nonsense://x"}}), QStringLiteral("?"));
        QCOMPARE(shownIn({{"https_proxy", "nonsense://x"}, {"no_proxy", "*"}}), QString());
    }

    /// The library behind the desktop's settings reads the environment, too, and follows what curl does not.
    void theDesktopsLibraryIsNotAskedBehindOurBack()
    {
        constexpr std::array names{"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                   "ALL_PROXY",  "no_proxy",    "NO_PROXY",    "HTTP_PROXY"};
        std::map<const char*, QByteArray> former;
        for (const char* name : names) {
            former[name] = qgetenv(name);
            qunsetenv(name);
        }
        qputenv("HTTP_PROXY", "http://other.example:3128");
        const auto proxy = proxyFor(QUrl(QStringLiteral("https://service.example/")));
        // The library's HTTPS_PROXY, where ours is set to nothing.
        qputenv("HTTPS_PROXY", "http://other.example:3128");
        const QString none = shownIn({{"https_proxy", ""}});
        for (const auto& [name, value] : former) {
            value.isNull() ? qunsetenv(name) : qputenv(name, value);
        }
        QVERIFY(proxy.has_value());
        QVERIFY2(!proxy->isUsed(), qPrintable(proxy->shown()));
        QCOMPARE(none, QString());
    }

    void namesTheVariableAndNotItsValue()
    {
        const auto proxy = proxyIn({{"ALL_PROXY", "gopher://user:word@x"}}, "https://service.example/");
        QCOMPARE(proxy.error().code, ErrorCode::InvalidInput);
        QVERIFY(proxy.error().sentence.contains(QStringLiteral("ALL_PROXY")));
        QVERIFY(!(proxy.error().sentence + proxy.error().detail).contains(QStringLiteral("word")));
    }

    void exceptions_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QByteArray>("list");
        QTest::addColumn<bool>("excepted");
        const auto row = [](const char* host, const char* list, bool excepted) {
            QTest::addRow("%s | %s", host, list) << QString::fromLatin1(host) << QByteArray(list) << excepted;
        };
        row("service.example", "*", true);
        row("10.1.2.3", " * ", true);
        row("service.example", "*,x", false);
        row("service.example", "service.example", true);
        row("SERVICE.example", "Service.Example", true);
        row("service.example", ".service.example", true);
        row("a.service.example", "service.example", true);
        row("a.service.example", ".service.example", true);
        row("a.service.example", "x, .service.example ,y", true);
        row("a.service.example", "x service.example", true);
        row("service.example.", "service.example", true);
        row("service.example", "service.example.", true);
        row("myservice.example", "service.example", false);
        row("service.example", "a.service.example", false);
        row("service.example", "", false);
        row("service.example", ".", false);
        row("service.example", ",,", false);
        row("10.1.2.3", "10.1.2.3", true);
        row("10.1.2.3", "10.1.2.30", false);
        row("10.1.2.3", "10.0.0.0/8", true);
        row("11.1.2.3", "10.0.0.0/8", false);
        row("10.1.2.3", "10.1.2.0/30", true);
        row("10.1.2.4", "10.1.2.0/30", false);
        row("10.1.2.3", "10.0.0.0/33", false);
        row("10.1.2.3", "10.0.0.0/x", false);
        row("192.0.2.1", "0.0.0.0/0", false);
        row("192.0.2.1", "192.0.2.0/24x", true);
        row("10.1.2.3", "10.1.2.3/", true);
        row("10.1.2.3", "10.1.2.3/-1", false);
        row("2001:db8::1", "::/0", false);
        row("10.1.2.3", "2.3", false);
        row("fe80::1", "fe80::/10", true);
        row("2001:db8::1", "fe80::/10", false);
        row("2001:db8::1", "2001:db8:0:0::1", true);
        row("2001:db8::1", "[2001:db8::1]", true);
    }

    void exceptions()
    {
        QFETCH(const QString, host);
        QFETCH(const QByteArray, list);
        QFETCH(const bool, excepted);
        QCOMPARE(isExceptedFromProxies(host, list), excepted);
    }

    void loopbackHasNone()
    {
        for (const char* url : {"http://127.0.0.1:1/", "http://127.9.9.9/", "https://localhost/",
                                "http://[::1]:1/", "ws://127.0.0.1:1/"}) {
            QCOMPARE(shownIn({{"http_proxy", "a:1"}, {"https_proxy", "a:1"}, {"all_proxy", "a:1"}}, url),
                     QString());
        }
    }

    void qtsSockets()
    {
        const auto of = [](const char* text) {
            return parseProxy(QString::fromLatin1(text)).and_then(socketProxy);
        };
        QCOMPARE(socketProxy(Proxy())->type(), QNetworkProxy::NoProxy);
        const auto http = of("user:word@proxy.example:3128");
        QCOMPARE(*http, QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("proxy.example"), 3128,
                                      QStringLiteral("user"), QStringLiteral("word")));
        QCOMPARE(of("socks5h://proxy.example")->type(), QNetworkProxy::Socks5Proxy);
        QCOMPARE(of("https://proxy.example").error().code, ErrorCode::Unsupported);
        QCOMPARE(of("socks4://proxy.example").error().code, ErrorCode::Unsupported);
    }

    /// The oracle: whether curl itself, under the same variables, asks the proxy.
    void meansWhatCurlMeans()
    {
        const QString curl = QStandardPaths::findExecutable(QStringLiteral("curl"));
        if (curl.isEmpty()) {
            QSKIP("no curl here");
        }
        std::map<quint16, int> asked;
        QTcpServer first;
        QTcpServer second;
        for (QTcpServer* proxy : {&first, &second}) {
            QVERIFY(proxy->listen(QHostAddress::LocalHost));
            connect(proxy, &QTcpServer::newConnection, proxy, [&asked, proxy] {
                ++asked[proxy->serverPort()];
                QTcpSocket* client = proxy->nextPendingConnection();
                client->write("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
                client->disconnectFromHost();
            });
        }
        const auto address = [](const QTcpServer& proxy) {
            return "127.0.0.1:" + QByteArray::number(proxy.serverPort());
        };
        const QByteArrayList values{"",
                                    address(first),
                                    address(second),
                                    "http://" + address(first),
                                    "http://user:pass@" + address(second) + "/",
                                    "HTTP://" + address(second)};
        const QByteArrayList lists{"",
                                   "*",
                                   "service.example",
                                   ".service.example",
                                   "example",
                                   "vice.example",
                                   "a.service.example",
                                   "10.0.0.0/8,service.example",
                                   "x,.example,y",
                                   "10.1.2.3",
                                   "10.1.0.0/16",
                                   "10.1.2.0/31",
                                   "10.2.0.0/16"};
        const QByteArrayList hosts{"service.example", "a.service.example", "myservice.example", "10.1.2.3"};
        const quint32 seed = QRandomGenerator::global()->generate();
        QRandomGenerator random(seed);
        const auto oneOf = [&](const QByteArrayList& list) {
            return list.at(random.bounded(static_cast<int>(list.size())));
        };
        for (int i = 0; i < 30; ++i) {
            Variables variables;
            for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy"}) {
                if (random.bounded(2) == 1) {
                    variables[name] = oneOf(values);
                }
            }
            for (const char* name : {"no_proxy", "NO_PROXY"}) {
                if (random.bounded(3) == 1) {
                    variables[name] = oneOf(lists);
                }
            }
            const QByteArray url = "https://" + oneOf(hosts) + "/";
            variables["no_proxy"];  // the environment speaks of proxies, whatever was drawn
            if (variables["no_proxy"].isEmpty() && variables["NO_PROXY"].isEmpty()) {
                variables["no_proxy"] = "nothing.invalid";
            }
            QProcessEnvironment environment;
            for (const auto& [name, value] : variables) {
                environment.insert(QString::fromLatin1(name), QString::fromLatin1(value));
            }
            asked.clear();
            QProcess process;
            process.setProcessEnvironment(environment);
            // Whoever needs no proxy is sent where nobody listens.
            process.start(curl, {QStringLiteral("-q"), QStringLiteral("-s"), QStringLiteral("--max-time"),
                                 QStringLiteral("60"), QStringLiteral("--connect-to"),
                                 QStringLiteral("::127.0.0.1:1"), QString::fromLatin1(url)});
            QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, patienceMs);
            const auto proxy = proxyIn(variables, url.constData());
            QVERIFY(proxy.has_value());
            QString told;
            for (const auto& [name, value] : variables) {
                told += QString::fromLatin1(name + "=" + value + " ");
            }
            const quint16 theirs = asked.empty() ? 0 : asked.begin()->first;
            QVERIFY2(
                theirs == (proxy->isUsed() ? proxy->port : 0),
                qPrintable(QStringLiteral("seed %1: %2%3").arg(seed).arg(told, QString::fromLatin1(url))));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(ProxyTest)
#include "Proxy_test.moc"
