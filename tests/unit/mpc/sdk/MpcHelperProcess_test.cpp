#include "core/mpc/sdk/MpcHelperProcess.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

using namespace countersign;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Why: what a helper can do wrong, a small shell script in Node's place does.

namespace {

constexpr std::chrono::milliseconds patience(patienceMs);

const std::string& secret()
{
    static const std::string text = "5ec7e7" + std::string(58, '7');
    return text;
}

SecretBytes frame()
{
    const std::string share = R"({"secretShare":")" + secret() + R"("})";
    return *helperRequestFrame(
        {HelperOperation::Derive, SigningScheme::Ecdsa, asBytes(share), {}, {}, {}, {}});
}

bool isAlive(qint64 pid)
{
    return ::kill(static_cast<pid_t>(pid), 0) == 0;
}

}  // namespace

class MpcHelperProcessTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_count = 0;

    QString fileWith(const QByteArray& content, bool isExecutable)
    {
        QFile file(m_folder.filePath(QString::number(++m_count)));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
            return {};
        }
        if (isExecutable) {
            file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        }
        return file.fileName();
    }

    SdkEngineOptions fake(const QByteArray& commands)
    {
        return {fileWith("#!/bin/sh\n" + commands + "\n", true), fileWith("// never run", false), patience};
    }

    /// Runs the fake to its end; the answer, with a check that it came once and not from inside run().
    Result<HelperAnswer> answerOf(const SdkEngineOptions& options,
                                  std::chrono::milliseconds timeout = patience)
    {
        MpcHelperProcess helper(options);
        std::optional<Result<HelperAnswer>> answer;
        int answers = 0;
        connect(&helper, &MpcHelperProcess::finished, this, [&](const Result<HelperAnswer>& result) {
            ++answers;
            answer = result;
        });
        helper.run(HelperOperation::Derive, frame(), timeout);
        if (answers != 0 || !waitUntil([&] { return answers > 0; }, 2 * patienceMs)) {
            return failure(ErrorCode::Internal, u"no answer, or one too early"_s);
        }
        QTest::qWait(20);
        return answers == 1 ? *answer : failure(ErrorCode::Internal, u"two answers"_s);
    }

    void expectFailure(const SdkEngineOptions& options, HelperFailure what, const QString& detail = {},
                       std::chrono::milliseconds timeout = patience)
    {
        const auto answer = answerOf(options, timeout);
        QVERIFY(!answer.has_value());
        QCOMPARE(answer.error().sentence, helperError(what).sentence);
        if (!detail.isEmpty()) {
            QCOMPARE(answer.error().detail, detail);
        }
        QVERIFY(!answer.error().detail.contains(u"5ec7"_s));
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void anAnswerIsTaken()
    {
        const QByteArray body = R"({"version":1,"ok":true,"publicKey":"04ab"})";
        const QString file = fileWith(QByteArray("\0\0\0", 3) + char(body.size()) + body, false);
        const auto answer = answerOf(fake("exec cat " + file.toLatin1()));
        QVERIFY2(answer.has_value(), answer ? "" : qPrintable(answer.error().detail));
        QCOMPARE(answer->bytes, Bytes({0x04, 0xab}));
    }

    void theRequestArrivesOnStandardInputAndNowhereElse()
    {
        const QString seen = m_folder.filePath(u"seen"_s);
        qputenv("COUNTERSIGN_TEST_MARK", "1");
        const int forgotten = ::open("/dev/null", O_RDONLY);  // not marked to be closed
        QVERIFY(forgotten >= 0);
        // cat ends when our end closes: with the helper, so the request is cut off by size.
        const QByteArray size = QByteArray::number(static_cast<qlonglong>(frame().size()));
        QVERIFY(!answerOf(fake("head -c " + size + " > " + seen.toLatin1() + "; env > " + seen.toLatin1() +
                               ".env; echo \"$0 $@\" > " + seen.toLatin1() +
                               ".arguments; ls -l /proc/self/fd > " + seen.toLatin1() + ".files; exit 7"))
                     .has_value());
        ::close(forgotten);
        qunsetenv("COUNTERSIGN_TEST_MARK");
        const auto contentOf = [&](const char* suffix) {
            QFile file(seen + QString::fromLatin1(suffix));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
        };
        QCOMPARE(contentOf("").toStdString(), std::string(frame().text()));
        QVERIFY(!contentOf(".arguments").contains("5ec7"));
        // The shell itself sets PWD and the like; nothing of ours comes through.
        const QByteArray environment = contentOf(".env");
        QVERIFY2(!environment.contains("5ec7") && !environment.contains("PATH=") &&
                     !environment.contains("HOME=") && !environment.contains("COUNTERSIGN_TEST_MARK"),
                 environment.constData());
        // 0, 1, 2 and the listed folder itself.
        QCOMPARE(contentOf(".files").count(" -> "), 4);
    }

    void nodeIsMissing()
    {
        SdkEngineOptions options = fake("exit 0");
        options.nodeProgram = m_folder.filePath(u"nothing"_s);
        expectFailure(options, HelperFailure::NodeMissing, options.nodeProgram);
        options.nodeProgram = fileWith("not executable", false);
        expectFailure(options, HelperFailure::NodeMissing);
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", m_folder.path().toLocal8Bit());
        options.nodeProgram.clear();
        const auto answer = answerOf(options);
        qputenv("PATH", path);
        QCOMPARE(answer.error().sentence, helperError(HelperFailure::NodeMissing).sentence);
    }

    void theScriptIsMissing()
    {
        SdkEngineOptions options = fake("exit 0");
        options.helperScript.clear();
        expectFailure(options, HelperFailure::ScriptMissing);
        options.helperScript = m_folder.path();
        expectFailure(options, HelperFailure::ScriptMissing, options.helperScript);
    }

    void nodeDoesNotStart()
    {
        SdkEngineOptions options = fake("exit 0");
        options.nodeProgram = fileWith("#!/nowhere/interpreter\n", true);
        expectFailure(options, HelperFailure::NotStarted);
    }

    void crash() { expectFailure(fake("kill -SEGV $$"), HelperFailure::Crashed, u"signal 11"_s); }

    void endWithoutAnswer()
    {
        expectFailure(fake("exit 9"), HelperFailure::NoAnswer, u"exit status 9"_s);
        expectFailure(fake("exit 0"), HelperFailure::NoAnswer, u"exit status 0"_s);
    }

    void anAnswerOfAProcessThatFailedDoesNotCount()
    {
        const QByteArray body = R"({"version":1,"ok":true,"publicKey":"04ab"})";
        const QString file = fileWith(QByteArray("\0\0\0", 3) + char(body.size()) + body, false);
        expectFailure(fake("cat " + file.toLatin1() + "; exit 1"), HelperFailure::NoAnswer);
        expectFailure(fake("cat " + file.toLatin1() + "; kill -KILL $$"), HelperFailure::Crashed,
                      u"signal 9"_s);
    }

    void garbage()
    {
        expectFailure(fake("echo 'Hello, this is not an answer'"), HelperFailure::Garbage);
        expectFailure(fake("head -c 60"), HelperFailure::Garbage);  // the request's own beginning
    }

    void theShareInTheOutputReachesNoError()
    {
        const QByteArray size = QByteArray::number(static_cast<qlonglong>(frame().size()));
        expectFailure(fake("head -c " + size), HelperFailure::Garbage);
        expectFailure(fake("head -c " + size + " >&2"), HelperFailure::NoAnswer);
    }

    void endlessOutputIsStopped()
    {
        expectFailure(fake("exec cat /dev/zero"), HelperFailure::TooMuchOutput);
        expectFailure(fake("head -c 30000 /dev/zero; exec sleep 600"), HelperFailure::TooMuchOutput);
        // On standard error nobody listens, and nothing fills up.
        expectFailure(fake("head -c 3000000 /dev/zero >&2"), HelperFailure::NoAnswer);
    }

    void silenceIsKilledAndReaped()
    {
        const SdkEngineOptions options = fake("exec sleep 600");
        MpcHelperProcess helper(options);
        QSignalSpy finished(&helper, &MpcHelperProcess::finished);
        QSignalSpy sent(&helper, &MpcHelperProcess::requestSent);
        helper.run(HelperOperation::Derive, frame(), 3s);
        QTRY_COMPARE_WITH_TIMEOUT(sent.count(), 1, patienceMs);
        const qint64 pid = helper.processId();
        QVERIFY(pid > 0 && isAlive(pid));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        QCOMPARE(finished.first().first().value<Result<HelperAnswer>>().error().code, ErrorCode::Timeout);
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), patienceMs);
        QCOMPARE(helper.processId(), qint64(0));
    }

    /// Ctrl+C in the terminal goes to the console's process group.
    void itHasAGroupOfItsOwn()
    {
        MpcHelperProcess helper(fake("exec sleep 600"));
        QSignalSpy sent(&helper, &MpcHelperProcess::requestSent);
        helper.run(HelperOperation::Derive, frame(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(sent.count(), 1, 60'000);
        const auto pid = static_cast<pid_t>(helper.processId());
        QVERIFY(pid > 0);
        QCOMPARE(::getpgid(pid), pid);
    }

    void cancelKills()
    {
        MpcHelperProcess helper(fake("exec sleep 600"));
        QSignalSpy finished(&helper, &MpcHelperProcess::finished);
        helper.run(HelperOperation::Derive, frame(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(helper.processId() > 0, patienceMs);
        const qint64 pid = helper.processId();
        helper.cancel();
        QCOMPARE(finished.count(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        QCOMPARE(finished.first().first().value<Result<HelperAnswer>>().error().code, ErrorCode::Cancelled);
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), patienceMs);
        helper.cancel();
        QTest::qWait(20);
        QCOMPARE(finished.count(), 1);
    }

    void cancelBeforeTheStart()
    {
        MpcHelperProcess helper(fake("exec sleep 600"));
        QSignalSpy finished(&helper, &MpcHelperProcess::finished);
        helper.run(HelperOperation::Derive, frame(), patience);
        helper.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        QCOMPARE(helper.processId(), qint64(0));
    }

    void destroyingKillsAndDoesNotWait()
    {
        qint64 pid = 0;
        {
            MpcHelperProcess helper(fake("exec sleep 600"));
            helper.run(HelperOperation::Derive, frame(), patience);
            QTRY_VERIFY_WITH_TIMEOUT(helper.processId() > 0, patienceMs);
            pid = helper.processId();
        }
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(MpcHelperProcessTest)
#include "MpcHelperProcess_test.moc"
