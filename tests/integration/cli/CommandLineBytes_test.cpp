#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/support/processes/CliProcess.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

/// A word for sh whose bytes are exactly these; QProcess would decode and encode them. No newline at its end.
QByteArray quoted(const QByteArray& word)
{
    QByteArray text = "\"$(printf '";
    for (const char byte : word) {
        text += '\\' + QByteArray::number(static_cast<uchar>(byte), 8).rightJustified(3, '0');
    }
    return text + "')\"";
}

/// setting: assignments before the program.
CliProcess::Outcome run(const char* program, const QByteArrayList& words, const QByteArray& input = {},
                        const QByteArray& setting = {})
{
    QByteArray line = setting + ' ' + quoted(programPath(program).toUtf8());
    for (const QByteArray& word : words) {
        line += ' ' + quoted(word);
    }
    QProcess process;
    process.start(u"/bin/sh"_s, {u"-c"_s, QString::fromLatin1(line)});
    process.write(input);
    process.closeWriteChannel();
    const bool ended =
        process.waitForFinished(longPatienceMs) && process.exitStatus() == QProcess::NormalExit;
    return {ended ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

CliProcess::Outcome cli(const QByteArrayList& words, const QByteArray& input = {},
                        const QByteArray& setting = {})
{
    return run("countersign-cli", words, input, setting);
}

QByteArray digestOf(const CliProcess::Outcome& outcome)
{
    const Json json = outcome.json();
    return json.is_object() ? QByteArray::fromStdString(json.value("digest", std::string())) : QByteArray();
}

const QByteArray byteOrderMark = "\xef\xbb\xbf";

}  // namespace

/// The words of command lines are bytes: text that is none is refused, names of files stay what they are.
class CommandLineBytesTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::mt19937 m_random{std::random_device{}()};

    QByteArray path(const QByteArray& name) const { return m_folder.path().toUtf8() + '/' + name; }

    /// Never well-formed: a byte that only continues a character stands first.
    QByteArray noUtf8()
    {
        std::uniform_int_distribution<int> any(0x21, 0xff);
        std::uniform_int_distribution<int> continuing(0x80, 0xbf);
        QByteArray text(1, static_cast<char>(continuing(m_random)));
        for (int i = 0; i < 8; ++i) {
            text += static_cast<char>(any(m_random));
        }
        return text.replace('/', '_');
    }

private Q_SLOTS:
    void aByteOrderMarkStays()
    {
        const QByteArray expected = "0xe98378b79a72f6a5e165e58f3e91285de1ac5bd6c3a4f32c0dbbc7c917c4f85a";
        QCOMPARE(digestOf(cli({"evm", "hash-message", byteOrderMark + "hello"})), expected);
        QCOMPARE(digestOf(cli({"evm", "hash-message"}, byteOrderMark + "hello")), expected);
        QCOMPARE(digestOf(cli({"evm", "hash-message", "--batch"}, byteOrderMark + "hello\n")), expected);
    }

    void otherBytesAreNoText()
    {
        for (int i = 0; i < 5; ++i) {
            const QByteArray text = i == 0 ? QByteArray("caf\xe9") : noUtf8();
            for (const auto& outcome :
                 {cli({"evm", "hash-message", text}), cli({"evm", "hash-message"}, text)}) {
                QCOMPARE(outcome.exitCode, 3);
                QVERIFY(outcome.output.isEmpty());
                QVERIFY2(outcome.errors.contains("UTF-8"), outcome.errors.constData());
            }
            const auto lines = cli({"evm", "hash-message", "--batch"}, "a\n" + text + "\nb\n").lines();
            QCOMPARE(lines.size(), std::size_t(3));
            QVERIFY(lines[0].contains("digest") && lines[1].contains("error") && lines[2].contains("digest"));
            QVERIFY(!digestOf(cli({"evm", "hash-message", "--hex", text.toHex()})).isEmpty());
            for (const QByteArrayList& words :
                 {QByteArrayList{"jobs", "reject", "x", "--reason", text},
                  QByteArrayList{"jobs", "show", text}, QByteArrayList{"keys", "new", "--kid", text},
                  QByteArrayList{"settings", "get", text}}) {
                const auto outcome = cli(words);
                QCOMPARE(outcome.exitCode, 2);
                QVERIFY2(outcome.errors.contains("UTF-8"), outcome.errors.constData());
            }
            QCOMPARE(cli({text}).exitCode, 2);
        }
    }

    void theLocaleDoesNotMatter()
    {
        const QByteArray text = "caf\xc3\xa9 \xe6\xbc\xa2";
        const QByteArray expected = digestOf(cli({"evm", "hash-message"}, text));
        for (const char* locale :
             {"LC_ALL=C", "LC_ALL=POSIX", "LC_ALL=C.UTF-8", "LC_ALL=de_DE.ISO-8859-1", "LANG="}) {
            QCOMPARE(digestOf(cli({"evm", "hash-message", text}, {}, locale)), expected);
            QCOMPARE(cli({"evm", "hash-message", "caf\xe9"}, {}, locale).exitCode, 3);
        }
    }

    void optionsEnd()
    {
        for (const char* text : {"-h", "--help", "--batch", "--", "-1", "--nonsense"}) {
            const QByteArray expected = digestOf(cli({"evm", "hash-message"}, text));
            QVERIFY(!expected.isEmpty());
            QCOMPARE(digestOf(cli({"evm", "hash-message", "--", text})), expected);
            QCOMPARE(digestOf(cli({"--", "evm", "hash-message", text})), expected);
        }
        // The value of an option is none either.
        const auto outcome =
            cli({"jobs", "reject", "x", "--reason", "--help"}, {}, "COUNTERSIGN_PROFILE=/nowhere");
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY(outcome.output.isEmpty());
    }

    /// Two folders whose names became one when decoded.
    void profilesKeepTheirNames()
    {
        writePrivateFile(m_folder.filePath(u"passphrase"_s), "a passphrase of some length\n");
        writePrivateFile(m_folder.filePath(u"token"_s), "token\n");
        const QByteArrayList names = {"profile \xff", "profile \xfe"};
        for (qsizetype i = 0; i < names.size(); ++i) {
            const auto made = cli({"--profile", path(names[i]), "init", "--relay", "http://127.0.0.1:1",
                                   "--inbox", "inbox-" + QByteArray::number(i), "--relay-token-file",
                                   path("token"), "--environment", "11111111-2222-4333-8444-555555555555",
                                   "--keychain", "none", "--passphrase-file", path("passphrase")});
            QVERIFY2(made.exitCode == 0, made.errors.constData());
        }
        for (qsizetype i = 0; i < names.size(); ++i) {
            const Json expected = {{"relay.inbox", "inbox-" + std::to_string(i)}};
            QVERIFY(cli({"settings", "get", "relay.inbox", "--profile", path(names[i])}).json() == expected);
            QVERIFY(
                cli({"settings", "get", "relay.inbox"}, {}, "COUNTERSIGN_PROFILE=" + quoted(path(names[i])))
                    .json() == expected);
            // Everything that is done in the folder, the record's own file above all.
            const auto verified = cli(
                {"audit", "verify", "--profile", path(names[i]), "--passphrase-file", path("passphrase")});
            QVERIFY2(verified.exitCode == 0, verified.errors.constData());
        }
        QCOMPARE(cli({"settings", "get", "relay.inbox", "--profile", path("profile \xfd")}).exitCode, 2);
        QCOMPARE(cli({"settings", "get", "relay.inbox", "--profile", path("profile \xef\xbf\xbd")}).exitCode,
                 2);
    }

    void theRelayDoesTheSame()
    {
        const auto relay = [](const QByteArrayList& words) { return run("countersign-relay", words); };
        for (const char* name : {"relay \xff", "relay \xfe"}) {
            const QByteArray database = "sqlite:" + path(name);
            QCOMPARE(relay({"inbox", "list", "--database", database}).exitCode, 3);
            QCOMPARE(relay({"inbox", "create", "demo", "--database", database}).exitCode, 0);
            QCOMPARE(relay({"inbox", "create", "demo", "--database", database}).exitCode, 3);
        }
        for (int i = 0; i < 5; ++i) {
            const QByteArray text = noUtf8();
            const QByteArray database = "sqlite:" + path("relay \xff");
            for (const QByteArrayList& words :
                 {QByteArrayList{"inbox", "create", text, "--database", database},
                  QByteArrayList{"token", "create", "--inbox", text, "--role", "consumer", "--database",
                                 database},
                  QByteArrayList{"token", "revoke", text, "--database", database}, QByteArrayList{text}}) {
                const auto outcome = relay(words);
                QCOMPARE(outcome.exitCode, 2);
                QVERIFY2(outcome.errors.contains("UTF-8"), outcome.errors.constData());
            }
        }
        QCOMPARE(relay({"inbox", "create", "--", "--help"}).exitCode, 3);
    }

    void theSandboxDoesTheSame()
    {
        const auto sandbox = [](const QByteArrayList& words) { return run("countersign-sandbox", words); };
        QCOMPARE(sandbox({"serve", "--help"}).exitCode, 0);
        QCOMPARE(sandbox({"serve", "-v"}).exitCode, 0);
        // Neither the value of an option nor what stands behind the end asks for help.
        for (const QByteArrayList& words :
             {QByteArrayList{"serve", "--webhook-url", "--help"}, QByteArrayList{"serve", "--webhook-url=-v"},
              QByteArrayList{"serve", "--", "--help"}, QByteArrayList{"serve", "--listen", noUtf8()},
              QByteArrayList{"serve", "--webhook-url", noUtf8()},
              QByteArrayList{"serve", "--encryption-key", path(noUtf8())}}) {
            const auto outcome = sandbox(words);
            QCOMPARE(outcome.exitCode, 2);
            QVERIFY(outcome.output.isEmpty());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(CommandLineBytesTest)
#include "CommandLineBytes_test.moc"
