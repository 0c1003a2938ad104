#include "core/base/encoding/Json.h"
#include "core/mpc/sdk/MpcHelperProcess.h"
#include "core/mpc/sdk/SdkEngine.h"
#include "core/mpc/sdk/SecretChannel.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

using namespace countersign;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Why: the real helper with Dynamic's real library, as far as one gets without a relay: a share that the
// library accepts can only be made by a ceremony, and its relays need a publicly trusted certificate.

namespace {

constexpr std::chrono::milliseconds patience(longPatienceMs / 2);
const QString mpcHelperFolder = sourcePath("app/mpc-helper/");

/// Hexadecimal as a share is, and easy to find where it must not be.
std::string planted()
{
    return "5ec7e75ec7e7" + std::string(404, '7');
}

std::string shareObject(const std::string& secretShare)
{
    return R"({"pubkey":{"0":4,"1":7},"secretShare":")" + secretShare + R"("})";
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
}

/// Path, size and time of every file below the helper's folder.
QStringList listing()
{
    QStringList files;
    QDirIterator entries(mpcHelperFolder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        const QFileInfo info(entries.next());
        files << info.filePath() + u' ' + QString::number(info.size()) + u' ' +
                     QString::number(info.lastModified().toMSecsSinceEpoch());
    }
    files.sort();
    return files;
}

}  // namespace

class MpcHelperTest : public QObject
{
    Q_OBJECT

    SdkEngineOptions m_options{{}, mpcHelperFolder + u"mpc-helper.mjs"_s, patience};

    Result<HelperAnswer> answerOf(const HelperRequest& request)
    {
        MpcHelperProcess helper(m_options);
        std::optional<Result<HelperAnswer>> answer;
        connect(&helper, &MpcHelperProcess::finished, this,
                [&](const Result<HelperAnswer>& result) { answer = result; });
        helper.run(request.operation, *helperRequestFrame(request), patience);
        return waitUntil([&] { return answer.has_value(); }, longPatienceMs)
                   ? *answer
                   : failure(ErrorCode::Internal, u"no answer"_s);
    }

    static CeremonyRequest ceremony(const std::string& secretShare)
    {
        CeremonyRequest request;
        request.roomId = std::string(32, 'a');
        request.relayDomain = "relay.invalid";
        request.share = SecretBytes::copyOf(shareObject(secretShare));
        request.addressBytes = Bytes(20, 1);
        request.input = Bytes(32, 2);
        request.derivationPath = {44, 60, 0, 0, 0};
        return request;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(u"node"_s).isEmpty()) {
            QSKIP("Node.js is not installed");
        }
        if (!QFile::exists(mpcHelperFolder + u"node_modules/@dynamic-labs-wallet/node/package.json"_s)) {
            QSKIP("npm ci was not run in app/mpc-helper");
        }
    }

    void theCheckFindsNodeAndLibrary()
    {
        std::optional<Result<QString>> told;
        const PendingCallPtr call =
            checkSdkEngine(m_options, [&](const Result<QString>& versions) { told = versions; });
        QTRY_VERIFY_WITH_TIMEOUT(told.has_value(), longPatienceMs);
        QVERIFY2(told->has_value(), *told ? "" : qPrintable(told->error().detail));
        QVERIFY2((*told)->endsWith(u", @dynamic-labs-wallet/node 0.0.198"_s), qPrintable(**told));
        QVERIFY((*told)->startsWith(u"Node.js "_s));
    }

    void theLibraryJudgesTheShareWithoutNetwork_data()
    {
        QTest::addColumn<QByteArray>("share");
        QTest::addColumn<QString>("detail");
        const auto row = [](const char* name, const std::string& share, const char* detail) {
            QTest::newRow(name) << QByteArray::fromStdString(share) << QString::fromLatin1(detail);
        };
        row("hexadecimal, no share", shareObject(planted()), "library: Invalid secret share: ");
        row("short", shareObject("00"), "library: Invalid secret share: Out of bounds");
        row("the bare string", "00", "library: Invalid secret share: Out of bounds");
        row("not hexadecimal", shareObject("xyz"), "library: Invalid hex encoding");
        row("password-protected", R"({"salt":"a","iv":"b","cipher":"c"})", "share_form: ");
        row("broken JSON", "{\"secretShare\":\"" + planted(), "share_form: ");
        row("no UTF-8", "\xff\xfe", "invalid_request: ");
    }

    void theLibraryJudgesTheShareWithoutNetwork()
    {
        QFETCH(const QByteArray, share);
        QFETCH(const QString, detail);
        const std::string text = share.toStdString();
        for (const SigningScheme scheme : {SigningScheme::Ecdsa, SigningScheme::Ed25519}) {
            const auto answer =
                answerOf({HelperOperation::Derive, scheme, asBytes(text), {44, 60, 0, 0, 0}, {}, {}, {}});
            QVERIFY(!answer.has_value());
            QVERIFY2(answer.error().detail.startsWith(u"mpc-helper: "_s + detail),
                     qPrintable(answer.error().detail));
            QVERIFY(!answer.error().detail.contains(u"5ec7"_s));
        }
    }

    void theLibraryJudgesRoomRelayAndShareInThisOrder_data()
    {
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("relay");
        QTest::addColumn<QString>("detail");
        const QString room(32, u'a');
        const QString relay = u"relay.invalid"_s;
        QTest::newRow("a UUID") << u"0123456789ab-cdef-0123-4567-89abcdef"_s << u"http://x y"_s
                                << u"Invalid string length, expected 32 characters, found: 36"_s;
        QTest::newRow("no digit") << QString(32, u'z') << relay << u"Invalid character 'z' at position 0"_s;
        QTest::newRow("odd") << QString(31, u'a') << relay << u"Odd number of digits"_s;
        QTest::newRow("a relay with scheme")
            << room << u"https://relay.invalid/"_s << u"Invalid host address: invalid uri character"_s;
        QTest::newRow("a relay with spaces")
            << room << u"relay invalid"_s << u"Invalid host address: invalid uri character"_s;
        QTest::newRow("the share") << room << relay << u"Invalid secret share: "_s;
    }

    void theLibraryJudgesRoomRelayAndShareInThisOrder()
    {
        QFETCH(const QString, room);
        QFETCH(const QString, relay);
        QFETCH(const QString, detail);
        const std::string share = shareObject(planted());
        const Bytes input(32, 1);
        for (const SigningScheme scheme : {SigningScheme::Ecdsa, SigningScheme::Ed25519}) {
            const auto answer = answerOf({HelperOperation::Sign,
                                          scheme,
                                          asBytes(share),
                                          {44, 60, 0, 0, 0},
                                          room.toStdString(),
                                          relay.toStdString(),
                                          input});
            QVERIFY(!answer.has_value());
            QVERIFY2(answer.error().detail.startsWith(u"mpc-helper: library: "_s + detail),
                     qPrintable(answer.error().detail));
        }
    }

    void aSandboxShareIsExplained()
    {
        SdkEngine engine(m_options);
        QSignalSpy finished(&engine, &SigningEngine::finished);
        engine.sign(ceremony(planted()));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, longPatienceMs);
        const auto signature = finished.first().first().value<Result<Bytes>>();
        QCOMPARE(signature.error().code, ErrorCode::InvalidInput);
        QVERIFY(signature.error().sentence.contains(u"enclave engine"_s));
    }

    void nothingIsSentBeforeTheShareIsTrusted()
    {
        QTcpServer relay;
        QVERIFY(relay.listen(QHostAddress::LocalHost));
        CeremonyRequest request = ceremony(planted());
        request.relayDomain = "127.0.0.1:" + std::to_string(relay.serverPort());
        SdkEngine engine(m_options);
        QSignalSpy finished(&engine, &SigningEngine::finished);
        engine.sign(std::move(request));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, longPatienceMs);
        QVERIFY(!relay.waitForNewConnection(0));
    }

    void theShareIsInNoArgumentEnvironmentOrFile()
    {
        const QStringList before = listing();
        MpcHelperProcess helper(m_options);
        QSignalSpy finished(&helper, &MpcHelperProcess::finished);
        QByteArray arguments;
        QByteArray environment;
        QByteArray limits;
        connect(&helper, &MpcHelperProcess::requestSent, this, [&] {
            const QString process = u"/proc/%1/"_s.arg(helper.processId());
            arguments = contentOf(process + u"cmdline"_s);
            environment = contentOf(process + u"environ"_s);
            limits = contentOf(process + u"limits"_s);
        });
        const std::string share = shareObject(planted());
        helper.run(HelperOperation::Derive,
                   *helperRequestFrame(
                       {HelperOperation::Derive, SigningScheme::Ecdsa, asBytes(share), {44}, {}, {}, {}}),
                   patience);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, longPatienceMs);
        QVERIFY2(arguments.contains("mpc-helper.mjs"), arguments.constData());
        QVERIFY(!arguments.contains("5ec7"));
        QCOMPARE(environment, QByteArray());
        const qsizetype core = limits.indexOf("Max core file size");
        QCOMPARE(limits.mid(core, 75).simplified().split(' ').mid(4), QList<QByteArray>({"1", "1", "bytes"}));
        QCOMPARE(listing(), before);
        for (const QFileInfo& info : QDir::temp().entryInfoList(QDir::Files | QDir::Hidden)) {
            QVERIFY2(info.size() > 1024 * 1024 || !contentOf(info.filePath()).contains(planted().data()),
                     qPrintable(info.filePath()));
        }
    }

    void theHelperEndsWithItsParent()
    {
        // The same process as MpcHelperProcess starts, with a parent that keeps silent and then goes away.
        auto channel = SecretChannel::open();
        QProcess node;
        node.setChildProcessModifier([end = channel->childEnd()] { ::dup2(end, 0); });
        node.setStandardInputFile(QProcess::nullDevice());
        QSignalSpy finished(&node, &QProcess::finished);
        node.start(QStandardPaths::findExecutable(u"node"_s), {m_options.helperScript});
        QVERIFY(node.waitForStarted());
        channel->closeChildEnd();
        QTest::qWait(300);
        QCOMPARE(finished.count(), 0);
        channel.reset();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, longPatienceMs);
    }

    void theInspectorCannotBeOpened()
    {
#ifdef Q_OS_LINUX
        int ends[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        QProcess node;
        node.setChildProcessModifier([end = ends[1]] { ::dup2(end, 0); });
        node.setStandardInputFile(QProcess::nullDevice());
        node.start(QStandardPaths::findExecutable(u"node"_s), {m_options.helperScript});
        QVERIFY(node.waitForStarted());
        ::close(ends[1]);
        // Once the length of a request has been read, the script is under way.
        QCOMPARE(::send(ends[0], "\0\0\1\0", 4, MSG_NOSIGNAL), ssize_t(4));
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                int unread = 0;
                return ::ioctl(ends[0], SIOCOUTQ, &unread) == 0 && unread == 0;
            }(),
            longPatienceMs);
        ::kill(static_cast<pid_t>(node.processId()), SIGUSR1);
        QTest::qWait(300);
        ::close(ends[0]);
        QVERIFY(node.waitForFinished(longPatienceMs));
        QCOMPARE(node.exitStatus(), QProcess::NormalExit);
        QVERIFY(!node.readAllStandardError().contains("Debugger"));
#else
        QSKIP("needs Linux");
#endif
    }
};

COUNTERSIGN_GUILESS_TEST(MpcHelperTest)
#include "MpcHelper_test.moc"
