#include "core/mpc/sdk/HelperErrors.h"

#include "tests/support/TestProgram.h"

#include <QSet>
#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

class HelperErrorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFailureHasItsOwnSentence()
    {
        QSet<QString> sentences;
        const QList all{HelperFailure::Unsupported,   HelperFailure::NodeMissing,
                        HelperFailure::ScriptMissing, HelperFailure::NotStarted,
                        HelperFailure::Crashed,       HelperFailure::NoAnswer,
                        HelperFailure::Garbage,       HelperFailure::TooMuchOutput,
                        HelperFailure::TimedOut,      HelperFailure::Cancelled};
        for (const HelperFailure what : all) {
            sentences << helperError(what).sentence;
        }
        for (const char* code : {"node_too_old", "library_missing", "library_version", "share_form",
                                 "invalid_request", "internal", "library"}) {
            sentences << explainHelperRefusal(code, "x").sentence;
        }
        QCOMPARE(sentences.size(), all.size() + 7);
        QVERIFY(!sentences.contains(QString()));
    }

    void theLibrarysMessagesAreKnown_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* message, ErrorCode code, const char* says) {
            QTest::newRow(message) << QByteArray(message) << code << QString::fromLatin1(says);
        };
        row("Invalid secret share: Out of bounds", ErrorCode::InvalidInput, "sandbox");
        row("Invalid secret share: error deserializing bincode", ErrorCode::InvalidInput, "enclave engine");
        row("Invalid hex encoding", ErrorCode::InvalidInput, "enclave engine");
        row("Invalid string length, expected 32 characters, found: 36", ErrorCode::InvalidInput, "room");
        row("Invalid character 'z' at position 0", ErrorCode::InvalidInput, "room");
        row("Odd number of digits", ErrorCode::InvalidInput, "room");
        row("Invalid host address: invalid uri character", ErrorCode::InvalidInput, "https://");
        row("IO error: Connection refused (os error 111)", ErrorCode::Network, "firewall");
        row("IO error: failed to lookup address information: Name or service not known", ErrorCode::Network,
            "unknown");
        row("IO error: invalid peer certificate: UnknownIssuer", ErrorCode::Network, "proxy");
        row("IO error: Broken pipe", ErrorCode::Network, "connection");
        row("Abort", ErrorCode::Network, "ceremony failed");
    }

    void theLibrarysMessagesAreKnown()
    {
        QFETCH(const QByteArray, message);
        QFETCH(const ErrorCode, code);
        QFETCH(const QString, says);
        const Error error = explainHelperRefusal("library", message.toStdString());
        QCOMPARE(error.code, code);
        QVERIFY2(error.sentence.contains(says), qPrintable(error.sentence));
        QCOMPARE(error.detail, u"mpc-helper: library: "_s + QString::fromLatin1(message));
    }

    void namesStayReadable()
    {
        QCOMPARE(explainHelperRefusal("library_missing", "@dynamic-labs-wallet/node is not installed").detail,
                 u"mpc-helper: library_missing: @dynamic-labs-wallet/node is not installed"_s);
    }

    void noLongRunAndNoControlCharacterPasses()
    {
        const std::string secret(416, 'c');
        for (const std::string& message :
             std::initializer_list<std::string>{secret, "Invalid hex: '" + secret + "'",
                                                std::string(290, ' ') + secret, "a\n\x1b[31m\xe2\x80\xae"}) {
            const QString detail = explainHelperRefusal("library", message).detail;
            QVERIFY(!detail.contains(QString(10, u'c')));
            QVERIFY(detail.size() < 400);
            for (const QChar c : detail) {
                QVERIFY(c >= u' ' && c <= u'~');
            }
        }
        QVERIFY(!explainHelperRefusal(secret, "x").detail.contains(QString(10, u'c')));
    }
};

COUNTERSIGN_GUILESS_TEST(HelperErrorsTest)
#include "HelperErrors_test.moc"
