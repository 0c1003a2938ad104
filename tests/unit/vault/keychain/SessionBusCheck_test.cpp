#include "core/vault/keychain/SessionBusCheck.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fakes/OddBus.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

#include <random>

using namespace countersign;
using countersign::testing::OddBus;

namespace {

using BusFinding = SessionBusCheck::Finding;

BusFinding checkBus(const QByteArray& address, std::chrono::milliseconds timeout)
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", address);
    return waitFor<BusFinding>([&](auto done) {
        SessionBusCheck::start(timeout, [done](BusFinding finding, const QString&) { done(finding); });
    });
}

/// What must answer may take its time on a busy machine; what is silent is not waited for for long.
constexpr std::chrono::milliseconds answering{patienceMs};
constexpr std::chrono::milliseconds silent{300};

}  // namespace

class SessionBusCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAddresses()
    {
        using T = BusAddress::Transport;
        const auto one = [](const char* text) { return parseBusAddresses(text).value(0); };
        QCOMPARE(one("unix:path=/run/user/1000/bus"),
                 (BusAddress{T::UnixPath, QStringLiteral("/run/user/1000/bus"), 0}));
        QCOMPARE(one("unix:path=/run/a%20b,guid=12"),
                 (BusAddress{T::UnixPath, QStringLiteral("/run/a b"), 0}));
        QCOMPARE(one("unix:abstract=/tmp/dbus-x,guid=1"),
                 (BusAddress{T::UnixAbstract, QStringLiteral("/tmp/dbus-x"), 0}));
        QCOMPARE(one("tcp:host=127.0.0.1,port=1234,family=ipv4"),
                 (BusAddress{T::Tcp, QStringLiteral("127.0.0.1"), 1234}));
        for (const char* other : {"unixexec:path=/bin/true", "autolaunch:", "nonsense", "unix:", "unix:path=",
                                  "tcp:host=x", "tcp:host=x,port=99999", "tcp:port=1", ":::", "=,=,"}) {
            QCOMPARE(one(other), BusAddress());
        }
        QCOMPARE(parseBusAddresses("unix:path=/a;;tcp:host=h,port=1;").size(), 2);
        QVERIFY(parseBusAddresses("").isEmpty());
    }

    void knowsHowLongAMessageIs()
    {
        const QByteArray reply = OddBus::helloReply();
        QCOMPARE(*busMessageLength(reply), reply.size());
        QVERIFY(!busMessageLength(reply.left(15)));
        QVERIFY(!busMessageLength({}));
        QCOMPARE(*busMessageLength("HTTP/1.1"), 0);
        QByteArray huge = reply;
        huge[7] = '\x7f';
        QCOMPARE(*busMessageLength(huge), 0);
        QCOMPARE(*busMessageLength(QByteArray(16, '\xff')), 0);
    }

    void aBusThatAnswersIsUsed()
    {
        const OddBus bus({OddBus::greeting(), OddBus::helloReply()});
        QCOMPARE(checkBus(bus.address(), answering), BusFinding::Answers);
        QCOMPARE(checkBus("unix:path=/nowhere/bus;" + bus.address(), answering), BusFinding::Answers);
        const OddBus choosy({"REJECTED DBUS_COOKIE_SHA1\r\n", {}});
        QCOMPARE(checkBus(choosy.address(), answering), BusFinding::Answers);
    }

    void aBusThatDoesNotIsTold_data()
    {
        QTest::addColumn<QByteArray>("toAuthentication");
        QTest::addColumn<QByteArray>("toHello");
        const QByteArray ok = OddBus::greeting();
        QTest::newRow("nothing") << QByteArray() << QByteArray();
        QTest::newRow("half a greeting") << ok.left(9) << QByteArray();
        QTest::newRow("nothing behind the greeting") << ok << QByteArray();
        QTest::newRow("half a reply") << ok << OddBus::helloReply().left(30);
        QTest::newRow("another protocol") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n") << QByteArray();
        QTest::newRow("nonsense for a reply") << ok << QByteArray(200, 'x');
        QTest::newRow("endless line") << QByteArray(100'000, 'O') << QByteArray();
    }

    void aBusThatDoesNotIsTold()
    {
        QFETCH(const QByteArray, toAuthentication);
        QFETCH(const QByteArray, toHello);
        for (const bool hangsUp : {false, true}) {
            const OddBus bus({toAuthentication, toHello, hangsUp});
            QCOMPARE(checkBus(bus.address(), hangsUp ? answering : silent), BusFinding::Silent);
        }
    }

    /// Cut anywhere, going on in silence or hanging up: never taken for a bus that answers.
    void answersThatAreCutAtRandomAreNone()
    {
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        const QByteArray ok = OddBus::greeting();
        const QByteArray reply = OddBus::helloReply();
        for (int i = 0; i < 12; ++i) {
            const auto cut =
                std::uniform_int_distribution<qsizetype>(0, ok.size() + reply.size() - 1)(random);
            const bool hangsUp = random() % 2 == 0;
            const OddBus bus(
                {ok.left(cut), cut > ok.size() ? reply.left(cut - ok.size()) : QByteArray(), hangsUp});
            QVERIFY2(checkBus(bus.address(), hangsUp ? answering : silent) == BusFinding::Silent,
                     qPrintable(QStringLiteral("seed %1, cut %2").arg(seed).arg(cut)));
        }
    }

    void whereNobodyListensThereIsNone()
    {
        QCOMPARE(checkBus("unix:path=/nowhere/bus", answering), BusFinding::Unreachable);
        QCOMPARE(checkBus("tcp:host=127.0.0.1,port=1", answering), BusFinding::Unreachable);
        QTemporaryDir folder;
        qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
        QCOMPARE(checkBus("", answering), BusFinding::Unreachable);
        QCOMPARE(checkBus("unixexec:path=/bin/true", answering), BusFinding::Answers);  // libdbus's business
    }
};

COUNTERSIGN_GUILESS_TEST(SessionBusCheckTest)
#include "SessionBusCheck_test.moc"
