#include "app/cli/input/SecretFile.h"

#include "app/cli/Terminal.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/cli/Pipe.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace countersign;
using namespace countersign::cli;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView tokenFileOption("token-file");

struct SecretFolder
{
    QTemporaryDir folder;
    Terminal terminal{-1, -1, -1};

    std::string path(const char* name) const
    {
        return folder.filePath(QString::fromUtf8(name)).toStdString();
    }

    std::string write(const std::string& content, const char* name = "secret") const
    {
        QFile file(QString::fromStdString(path(name)));
        const auto size = static_cast<qint64>(content.size());
        if (!file.open(QIODevice::WriteOnly) || file.write(content.data(), size) != size) {
            qFatal("not written");
        }
        return path(name);
    }
    Result<SecretBytes> read(const std::string& path)
    {
        return readSecretFile(path, tokenFileOption, terminal);
    }
    Result<SecretBytes> line(const std::string& content, QLatin1StringView option = tokenFileOption)
    {
        return readSecretLine(write(content), option, terminal);
    }
};

}  // namespace

class SecretFileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        ::signal(SIGPIPE, SIG_IGN);
    }

    void readsEveryByte()
    {
        SecretFolder scene;
        std::string all("\xef\xbb\xbf\0\n", 5);
        for (int byte = 0; byte < 256; ++byte) {
            all += static_cast<char>(byte);
        }
        all += "\r\n\n";
        QCOMPARE(scene.read(scene.write(all))->text(), std::string_view(all));
        QVERIFY(scene.read(scene.write(""))->isEmpty());
    }

    void readsUpToItsLimit()
    {
        SecretFolder scene;
        const std::string longest(secretFileMaxBytes, 'x');
        QCOMPARE(scene.read(scene.write(longest))->size(), secretFileMaxBytes);
        const auto longer = scene.read(scene.write(longest + "x"));
        QVERIFY(!longer);
        QCOMPARE(longer.error().code, ErrorCode::InvalidInput);
        QVERIFY(longer.error().sentence.contains(u"--token-file"_s));
        // Where nobody can know how long it is.
        QCOMPARE(scene.read("/dev/zero").error().code, ErrorCode::InvalidInput);
    }

    /// Pipes hand out what is there: a token that ends with the first piece would be another one.
    void readsPipesToTheirEnd()
    {
        SecretFolder scene;
        std::vector<std::string> pieces;
        std::string all;
        for (int i = 0; i < 200; ++i) {
            pieces.push_back(std::to_string(i) + ' ');
            all += pieces.back();
        }
        const Pipe pipe(std::move(pieces));
        QCOMPARE(scene.read(pipe.path())->text(), std::string_view(all));
    }

    void readsStandardInput()
    {
        const Pipe pipe({"pass", "word\n"});
        Terminal terminal(pipe.input(), -1, -1);
        QCOMPARE(readSecretLine("-", tokenFileOption, terminal)->text(), std::string_view("password"));
    }

    void whatCannotBeReadNamesItsOption_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("nothing there") << QByteArray("nothing");
        QTest::newRow("a folder") << QByteArray(".");
        QTest::newRow("a file as a folder") << QByteArray("secret/x");
        QTest::newRow("too long a name") << QByteArray(5'000, 'x');
    }

    void whatCannotBeReadNamesItsOption()
    {
        QFETCH(const QByteArray, name);
        SecretFolder scene;
        scene.write("content");
        for (const auto& secret :
             {scene.read(scene.path(name.constData())),
              readSecretLine(scene.path(name.constData()), tokenFileOption, scene.terminal)}) {
            QVERIFY(!secret);
            QCOMPARE(secret.error().code, ErrorCode::InvalidInput);
            QVERIFY(secret.error().sentence.contains(u"--token-file"_s));
        }
        QVERIFY(!scene.read(std::string()));
    }

    /// A name is bytes, whatever they mean elsewhere.
    void namesAreBytes()
    {
        SecretFolder scene;
        const std::string odd = scene.path("a") + "\xff-";
        QCOMPARE(::rename(scene.write("content").c_str(), odd.c_str()), 0);
        QCOMPARE(scene.read(odd)->text(), std::string_view("content"));
        ::unlink(odd.c_str());  // QTemporaryDir cannot name it
    }

    void aLineEndsWithOneNewline_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("secret");
        QTest::newRow("none") << QByteArray("a") << QByteArray("a");
        QTest::newRow("one") << QByteArray("a\n") << QByteArray("a");
        QTest::newRow("of Windows") << QByteArray("a\r\n") << QByteArray("a");
        QTest::newRow("two") << QByteArray("a\n\n") << QByteArray("a\n");
        QTest::newRow("return alone") << QByteArray("a\r") << QByteArray("a\r");
        QTest::newRow("inside") << QByteArray("a\nb\n") << QByteArray("a\nb");
        QTest::newRow("blanks") << QByteArray(" a \n") << QByteArray(" a ");
        QTest::newRow("zero") << QByteArray("a\0b\n", 4) << QByteArray("a\0b", 3);
        QTest::newRow("mark") << QByteArray(
                                     "\xef\xbb\xbf"
                                     "a\n")
                              << QByteArray("a");
        QTest::newRow("two marks") << QByteArray(
                                          "\xef\xbb\xbf\xef\xbb\xbf"
                                          "a")
                                   << QByteArray(
                                          "\xef\xbb\xbf"
                                          "a");
        QTest::newRow("mark inside") << QByteArray("a\xef\xbb\xbf") << QByteArray("a\xef\xbb\xbf");
        QTest::newRow("half a mark") << QByteArray(
                                            "\xef\xbb"
                                            "a")
                                     << QByteArray(
                                            "\xef\xbb"
                                            "a");
    }

    void aLineEndsWithOneNewline()
    {
        QFETCH(const QByteArray, content);
        QFETCH(const QByteArray, secret);
        SecretFolder scene;
        const auto line = scene.line(content.toStdString());
        QVERIFY(line.has_value());
        QCOMPARE(line->text(), std::string_view(secret.constData(), static_cast<std::size_t>(secret.size())));
    }

    /// Somebody may have chosen it with the mark: nothing opens without it then.
    void passphrasesKeepTheirMark()
    {
        SecretFolder scene;
        for (const char* option : {"passphrase-file", "pem-passphrase-file"}) {
            QCOMPARE(scene
                         .line("\xef\xbb\xbf"
                               "a\n",
                               QLatin1StringView(option))
                         ->text(),
                     std::string_view("\xef\xbb\xbf"
                                      "a"));
        }
        for (const char* option : {"token-file", "passphrase-files", "passphrase"}) {
            QCOMPARE(scene
                         .line("\xef\xbb\xbf"
                               "a\n",
                               QLatin1StringView(option))
                         ->text(),
                     std::string_view("a"));
        }
    }

    void nothingIsNoSecret()
    {
        SecretFolder scene;
        for (const char* content : {"", "\n", "\r\n", "\xef\xbb\xbf", "\xef\xbb\xbf\n"}) {
            const auto line = scene.line(content);
            QVERIFY(!line);
            QCOMPARE(line.error().code, ErrorCode::InvalidInput);
            QVERIFY(line.error().sentence.contains(u"--token-file"_s));
        }
        QVERIFY(!scene.line("", QLatin1StringView("passphrase-file")));
    }
};

COUNTERSIGN_APPLESS_TEST(SecretFileTest)
#include "SecretFile_test.moc"
