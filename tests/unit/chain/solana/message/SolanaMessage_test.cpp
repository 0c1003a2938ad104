#include "core/chain/solana/message/SolanaMessage.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

#include <functional>

using namespace countersign;
using test::addressNumber;
using test::lookupMessage;
using test::MessageChange;
using test::messageDetail;
using test::plainMessage;

namespace {

/// Filled up to so many bytes (at least 300) by an instruction's data.
Bytes messageOfSize(std::size_t size)
{
    SolanaMessage message = plainMessage();
    Bytes bytes = solana::serialize(message);
    message.instructions.front().data.resize(message.instructions.front().data.size() + size - bytes.size() -
                                             1);  // the longer length takes one byte more
    return solana::serialize(message);
}

}  // namespace

class SolanaMessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Written out by hand from the documented format.
    void readsALegacyMessage()
    {
        Bytes bytes{2, 1, 1, 4};
        for (const std::uint8_t number : Bytes{1, 2, 3, 4, 9}) {
            bytes.insert(bytes.end(), 32, number);
        }
        const Bytes tail{1, 3, 3, 0, 1, 2, 2, 0xaa, 0xbb};
        bytes.insert(bytes.end(), tail.begin(), tail.end());
        const auto message = solana::parseMessage(bytes);
        QVERIFY(message.has_value());
        QVERIFY(*message == plainMessage());
        QVERIFY(!message->version);
        QCOMPARE(solana::serialize(*message), bytes);
    }

    void readsAMessageOfVersion0()
    {
        Bytes bytes{0x80, 2, 1, 1, 4};
        for (const std::uint8_t number : Bytes{1, 2, 3, 4, 9}) {
            bytes.insert(bytes.end(), 32, number);
        }
        const Bytes instructions{1, 3, 4, 0, 4, 5, 6, 2, 0xaa, 0xbb, 1};
        bytes.insert(bytes.end(), instructions.begin(), instructions.end());
        bytes.insert(bytes.end(), 32, 7);
        const Bytes tail{2, 10, 11, 1, 12};
        bytes.insert(bytes.end(), tail.begin(), tail.end());
        const auto message = solana::parseMessage(bytes);
        QVERIFY(message.has_value());
        QVERIFY(*message == lookupMessage());
        QCOMPARE(solana::serialize(*message), bytes);
    }

    void tellsWhoSignsAndWhoIsWritten()
    {
        const SolanaMessage message = lookupMessage();
        QCOMPARE(message.accountCount(), std::size_t{7});
        const bool writable[] = {true, false, true, false, true, true, false, false};
        for (std::size_t i = 0; i < std::size(writable); ++i) {
            QCOMPARE(message.isSigner(i), i < 2);
            QVERIFY2(message.isWritable(i) == writable[i], qPrintable(QString::number(i)));
            QCOMPARE(message.addressOf(i).has_value(), i < 4);
        }
        QCOMPARE(*message.addressOf(2), addressNumber(3));
    }

    void refusesEveryPrefixAndEveryTail()
    {
        for (const SolanaMessage& message : {plainMessage(), lookupMessage()}) {
            const Bytes bytes = solana::serialize(message);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                QVERIFY2(!solana::parseMessage(BytesView(bytes).first(size)),
                         qPrintable(QString::number(size)));
            }
            Bytes longer = bytes;
            longer.push_back(0);
            QCOMPARE(messageDetail(longer), QStringLiteral("bytes behind the message's end"));
        }
    }

    void refusesOtherVersions()
    {
        Bytes bytes = solana::serialize(lookupMessage());
        for (unsigned first = 0x82; first <= 0xff; ++first) {
            bytes.front() = static_cast<std::uint8_t>(first);
            const auto message = solana::parseMessage(bytes);
            QCOMPARE(message.error().code, ErrorCode::InvalidInput);
            const unsigned version = first & 0x7fU;
            QCOMPARE(message.error().detail,
                     version <= 9 ? QStringLiteral("message version %1").arg(version)
                                  : QStringLiteral("it begins with a version that does not exist"));
        }
    }

    void refusesWhatTheRuntimeRefuses_data()
    {
        QTest::addColumn<MessageChange>("change");
        QTest::addColumn<QString>("detail");
        const QString noPayer = QStringLiteral("no signer pays: there must be one that is writable");
        const QString header = QStringLiteral("the header counts more keys than there are");
        const QString program = QStringLiteral("an instruction's program is the payer or no static key");
        const QString account = QStringLiteral("an instruction's account is out of range");
        const auto row = [](const char* name, const QString& detail, MessageChange change) {
            QTest::newRow(name) << std::move(change) << detail;
        };
        row("nobody signs", noPayer, [](SolanaMessage& m) { m.requiredSignatures = m.readonlySigned = 0; });
        row("nobody writable signs", noPayer, [](SolanaMessage& m) { m.readonlySigned = 2; });
        row("more readonly than signing", noPayer, [](SolanaMessage& m) { m.readonlySigned = 200; });
        row("more signers than keys", header, [](SolanaMessage& m) { m.requiredSignatures = 5; });
        row("signers and readonly overlap", header, [](SolanaMessage& m) { m.readonlyUnsigned = 3; });
        row("no keys", header, [](SolanaMessage& m) { m.accountKeys.clear(); });
        row("a key twice", QStringLiteral("an account key occurs twice"),
            [](SolanaMessage& m) { m.accountKeys[3] = m.accountKeys[1]; });
        row("the payer as program", program,
            [](SolanaMessage& m) { m.instructions.front().programIdIndex = 0; });
        row("a program out of range", program,
            [](SolanaMessage& m) { m.instructions.front().programIdIndex = 7; });
        row("a looked-up program", program,
            [](SolanaMessage& m) { m.instructions.front().programIdIndex = 4; });
        row("an account out of range", account,
            [](SolanaMessage& m) { m.instructions.front().accounts.back() = 7; });
        row("the second instruction's account", account, [](SolanaMessage& m) {
            m.instructions.push_back({3, {255}, {}});
        });
        row("an empty lookup", QStringLiteral("a lookup loads no account"), [](SolanaMessage& m) {
            m.lookups.push_back({addressNumber(8), {}, {}});
        });
        row("257 accounts", QStringLiteral("more than 256 accounts"),
            [](SolanaMessage& m) { m.lookups.front().readonly.resize(251); });
    }

    void refusesWhatTheRuntimeRefuses()
    {
        QFETCH(const MessageChange, change);
        QFETCH(const QString, detail);
        SolanaMessage message = lookupMessage();
        change(message);
        QCOMPARE(messageDetail(solana::serialize(message)), detail);
    }

    void acceptsTheLimits()
    {
        SolanaMessage message = lookupMessage();
        message.lookups.front().readonly.resize(250);  // 4 + 2 + 250 accounts
        message.instructions.front().accounts = {255};
        QVERIFY(solana::parseMessage(solana::serialize(message)).has_value());
        message.instructions.clear();
        QVERIFY(solana::parseMessage(solana::serialize(message)).has_value());
        // With two signatures and their number.
        constexpr std::size_t longest = solana::maxTransactionBytes - 1 - 2 * solana::signatureBytes;
        QCOMPARE(messageOfSize(longest).size(), longest);
        QVERIFY(solana::parseMessage(messageOfSize(longest)).has_value());
        QVERIFY(!solana::parseMessage(messageOfSize(longest + 1)));
        QVERIFY(!solana::parseMessage(messageOfSize(solana::maxTransactionBytes + 1)));
    }

    void refusesLengthsInLongForms()
    {
        Bytes bytes = solana::serialize(plainMessage());
        bytes[3] = 0x84;  // 4 keys, in two bytes
        bytes.insert(bytes.begin() + 4, 0);
        QCOMPARE(messageDetail(bytes), QStringLiteral("a compact-u16 is longer than it need be"));
    }

    void recognisesTransactions()
    {
        for (const SolanaMessage& message : {plainMessage(), lookupMessage()}) {
            const Bytes bytes = solana::serialize(message);
            QVERIFY(solana::looksLikeTransaction(bytes));
            Bytes transaction(1 + 2 * solana::signatureBytes, 2);
            transaction.insert(transaction.end(), bytes.begin(), bytes.end());
            QVERIFY(solana::looksLikeTransaction(transaction));
            transaction.front() = 1;
            QVERIFY(!solana::looksLikeTransaction(transaction));
        }
        // What parseMessage refuses for its meaning or size, a validator of tomorrow might take.
        SolanaMessage odd = plainMessage();
        odd.accountKeys[3] = odd.accountKeys[1];
        QVERIFY(!solana::parseMessage(solana::serialize(odd)));
        QVERIFY(solana::looksLikeTransaction(solana::serialize(odd)));
        QVERIFY(solana::looksLikeTransaction(messageOfSize(3000)));
        Bytes later = solana::serialize(lookupMessage());
        later.front() = 0x82;
        QVERIFY(solana::looksLikeTransaction(later));
        later.push_back(1);
        QVERIFY(solana::looksLikeTransaction(later));
    }

    void leavesMessagesAlone_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("Sign in to example.com\nNonce: 8f3a");
        QTest::newRow("umlauts") << QByteArray("\xc3\xa4\xc3\xb6\xc3\xbc").repeated(40);
        QTest::newRow("a long text") << QByteArray("lorem ipsum ").repeated(300);
        QTest::newRow("spaces") << QByteArray(1000, ' ');
        QTest::newRow("zeros") << QByteArray(37, '\0');
        QTest::newRow("a digest") << QByteArray(32, '\x81');
        QTest::newRow("off-chain message")
            << QByteArray("\xffsolana offchain\0\0\5\0hello", 24) + QByteArray(80, 'x');
    }

    void leavesMessagesAlone()
    {
        QFETCH(const QByteArray, text);
        QVERIFY(!solana::looksLikeTransaction(
            asBytes({text.constData(), static_cast<std::size_t>(text.size())})));
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaMessageTest)
#include "SolanaMessage_test.moc"
