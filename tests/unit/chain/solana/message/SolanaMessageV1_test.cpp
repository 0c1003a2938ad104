#include "core/chain/solana/message/SolanaMessageV1.h"

#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

#include <functional>
#include <random>

using namespace countersign;
using test::addressNumber;
using test::MessageChange;
using test::messageDetail;
using test::plainMessage;
using test::v1Message;

namespace {

using Edit = std::function<void(Bytes&)>;

/// Where the mask and the two numbers lie.
constexpr std::size_t maskAt = 4;
constexpr std::size_t instructionCountAt = 40;
constexpr std::size_t addressCountAt = 41;

/// Many accounts, of which the last is the program.
SolanaMessage messageWith(std::uint8_t signatures, std::size_t accounts, std::size_t instructions)
{
    SolanaMessage message = v1Message();
    message.requiredSignatures = signatures;
    message.readonlySigned = 0;
    message.accountKeys.clear();
    for (std::size_t i = 0; i < accounts; ++i) {
        message.accountKeys.push_back(addressNumber(static_cast<std::uint8_t>(i + 1)));
    }
    const auto program = static_cast<std::uint8_t>(accounts - 1);
    message.instructions.assign(instructions, {program, {0}, {7}});
    return message;
}

/// v1Message filled up to so many bytes by its instruction's data.
Bytes v1MessageOfSize(std::size_t size)
{
    SolanaMessage message = v1Message();
    Bytes& data = message.instructions.front().data;
    data.resize(size - solana::serialize(message).size() + data.size());
    return solana::serialize(message);
}

}  // namespace

class SolanaMessageV1Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Written out by hand from SIMD-0385.
    void readsAMessage()
    {
        Bytes bytes{0x81, 2, 1, 1, 0x1f, 0, 0, 0};
        bytes.insert(bytes.end(), 32, 9);
        bytes.insert(bytes.end(), {1, 4});
        for (const std::uint8_t number : Bytes{1, 2, 3, 4}) {
            bytes.insert(bytes.end(), 32, number);
        }
        const Bytes config{1, 2, 3, 4, 5, 6, 7, 8, 0x40, 0x0d, 3, 0, 0, 0, 1, 0, 0, 0x80, 0, 0};
        bytes.insert(bytes.end(), config.begin(), config.end());
        const Bytes instruction{3, 3, 2, 0, 0, 1, 2, 0xaa, 0xbb};
        bytes.insert(bytes.end(), instruction.begin(), instruction.end());
        const auto message = solana::parseMessage(bytes);
        QVERIFY(message.has_value());
        QVERIFY(*message == v1Message());
        QCOMPARE(*message->version, 1);
        QCOMPARE(message->config.priorityFeeLamports, std::uint64_t{0x0807060504030201});
        QCOMPARE(message->config.computeUnitLimit, std::uint32_t{200'000});
        QCOMPARE(message->config.loadedAccountsDataSizeLimit, std::uint32_t{65'536});
        QCOMPARE(message->config.heapSize, std::uint32_t{32'768});
        QCOMPARE(solana::serialize(*message), bytes);
        QVERIFY(solana::looksLikeTransaction(bytes));
    }

    void readsEveryConfiguration()
    {
        for (std::uint32_t mask = 0; mask < 16; ++mask) {
            SolanaMessage message = v1Message();
            message.config = {};
            if ((mask & 1U) != 0) {
                message.config.priorityFeeLamports = UINT64_MAX;
            }
            if ((mask & 2U) != 0) {
                message.config.computeUnitLimit = 0;
            }
            if ((mask & 4U) != 0) {
                message.config.loadedAccountsDataSizeLimit = UINT32_MAX;
            }
            if ((mask & 8U) != 0) {
                message.config.heapSize = 262'144;
            }
            const Bytes bytes = solana::serialize(message);
            QCOMPARE(bytes[maskAt], static_cast<std::uint8_t>((mask << 1U) | (mask & 1U)));
            const auto again = solana::parseMessage(bytes);
            QVERIFY(again && *again == message);
        }
    }

    void tellsWhoSignsAndWhoIsWritten()
    {
        const SolanaMessage message = v1Message();
        QCOMPARE(message.accountCount(), std::size_t{4});
        const bool writable[] = {true, false, true, false, false};
        for (std::size_t i = 0; i < std::size(writable); ++i) {
            QCOMPARE(message.isSigner(i), i < 2);
            QCOMPARE(message.isWritable(i), writable[i]);
        }
    }

    void refusesEveryPrefixAndEveryTail()
    {
        const Bytes bytes = solana::serialize(v1Message());
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            QVERIFY2(!solana::parseMessage(BytesView(bytes).first(size)), qPrintable(QString::number(size)));
        }
        Bytes longer = bytes;
        longer.push_back(0);
        QCOMPARE(messageDetail(longer), QStringLiteral("bytes behind the message's end"));
    }

    void refusesUnknownConfigurations()
    {
        const Bytes bytes = solana::serialize(v1Message());
        for (std::size_t bit = 5; bit < 32; ++bit) {
            Bytes changed = bytes;
            changed[maskAt + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            QCOMPARE(messageDetail(changed), QStringLiteral("the configuration mask has unknown bits"));
        }
        for (const std::uint8_t mask : Bytes{0x01, 0x02, 0x1d, 0x1e}) {
            Bytes changed = bytes;
            changed[maskAt] = mask;
            QCOMPARE(messageDetail(changed),
                     QStringLiteral("the configuration mask has half of a priority fee"));
            // Nor with a value of four bytes for it.
            changed.erase(changed.begin() + 42 + 4 * 32, changed.begin() + 42 + 4 * 32 + 4);
            QVERIFY(!solana::parseMessage(changed));
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
            [](SolanaMessage& m) { m.instructions.front().programIdIndex = 4; });
        row("an account out of range", account,
            [](SolanaMessage& m) { m.instructions.front().accounts.back() = 4; });
        row("the second instruction's account", account, [](SolanaMessage& m) {
            m.instructions.push_back({3, {255}, {}});
        });
        row("13 signatures", QStringLiteral("more than 12 signatures"),
            [](SolanaMessage& m) { m = messageWith(13, 20, 1); });
        row("65 accounts", QStringLiteral("more than 64 accounts"),
            [](SolanaMessage& m) { m = messageWith(1, 65, 1); });
        const QString heap = QStringLiteral("a heap size that the runtime refuses");
        for (const std::uint32_t size : {0U, 1U, 31'744U, 32'767U, 32'769U, 262'145U, 263'168U, UINT32_MAX}) {
            row(qPrintable(QStringLiteral("a heap of %1").arg(size)), heap,
                [size](SolanaMessage& m) { m.config.heapSize = size; });
        }
        row("65 instructions", QStringLiteral("more than 64 instructions"),
            [](SolanaMessage& m) { m = messageWith(1, 2, 65); });
    }

    void refusesWhatTheRuntimeRefuses()
    {
        QFETCH(const MessageChange, change);
        QFETCH(const QString, detail);
        SolanaMessage message = v1Message();
        change(message);
        QCOMPARE(messageDetail(solana::serialize(message)), detail);
    }

    void acceptsTheLimits()
    {
        for (const SolanaMessage& message : {messageWith(12, 13, 1), messageWith(1, 64, 1),
                                             messageWith(1, 2, 64), messageWith(12, 64, 64)}) {
            const auto again = solana::parseMessage(solana::serialize(message));
            QVERIFY(again && *again == message);
        }
        SolanaMessage crowded = messageWith(1, 64, 1);
        crowded.instructions.front().accounts.assign(255, 63);
        QVERIFY(solana::parseMessage(solana::serialize(crowded)).has_value());
        // Only the payer and the blockhash: nothing to do, and no mask.
        SolanaMessage least = messageWith(1, 1, 0);
        least.readonlyUnsigned = 0;
        least.config = {};
        QCOMPARE(solana::serialize(least).size(), std::size_t{74});
        QVERIFY(solana::parseMessage(solana::serialize(least)).has_value());
        QVERIFY(solana::looksLikeTransaction(solana::serialize(least)));
    }

    void boundsTheBytes()
    {
        constexpr std::size_t longest = solana::maxTransactionV1Bytes - 2 * solana::signatureBytes;
        const Bytes bytes = v1MessageOfSize(longest);
        QCOMPARE(bytes.size(), longest);
        QVERIFY(solana::parseMessage(bytes).has_value());
        const auto transaction = solana::parseTransactionOrMessage(bytes);
        QVERIFY(transaction.has_value());
        QCOMPARE(transaction->serialize().size(), std::size_t{4096});
        QVERIFY(*solana::parseTransaction(transaction->serialize()) == *transaction);
        QCOMPARE(messageDetail(v1MessageOfSize(longest + 1)),
                 QStringLiteral("longer than the network carries together with its signatures"));
        QCOMPARE(messageDetail(v1MessageOfSize(solana::maxTransactionV1Bytes + 1)),
                 QStringLiteral("longer than the network carries"));
        QVERIFY(!solana::parseTransaction(Bytes(solana::maxTransactionV1Bytes + 1, 0x81)));
        // The other versions keep their limit.
        SolanaMessage old = plainMessage();
        old.instructions.front().data.resize(1200);
        QVERIFY(!solana::parseMessage(solana::serialize(old)));
    }

    /// Lengths that promise more than there is, and counts that promise nothing.
    void refusesHostileCounts_data()
    {
        QTest::addColumn<Edit>("edit");
        const auto row = [](const char* name, Edit edit) { QTest::newRow(name) << std::move(edit); };
        row("255 instructions", [](Bytes& b) { b[instructionCountAt] = 255; });
        row("2 instructions", [](Bytes& b) { b[instructionCountAt] = 2; });
        row("no instruction", [](Bytes& b) { b[instructionCountAt] = 0; });
        row("255 addresses", [](Bytes& b) { b[addressCountAt] = 255; });
        row("3 addresses", [](Bytes& b) { b[addressCountAt] = 3; });
        row("no address", [](Bytes& b) { b[addressCountAt] = 0; });
        constexpr std::size_t headerAt = 42 + 4 * 32 + 20;
        row("255 accounts", [](Bytes& b) { b[headerAt + 1] = 255; });
        row("65,535 bytes", [](Bytes& b) { b[headerAt + 2] = b[headerAt + 3] = 255; });
        row("3 bytes", [](Bytes& b) { b[headerAt + 2] = 3; });
        row("1 byte", [](Bytes& b) { b[headerAt + 2] = 1; });
        row("big-endian length", [](Bytes& b) { std::swap(b[headerAt + 2], b[headerAt + 3]); });
    }

    void refusesHostileCounts()
    {
        QFETCH(const Edit, edit);
        Bytes bytes = solana::serialize(v1Message());
        edit(bytes);
        const auto message = solana::parseMessage(bytes);
        QVERIFY(!message.has_value());
        QCOMPARE(message.error().code, ErrorCode::InvalidInput);
        QVERIFY(!solana::parseTransaction(bytes));
        QVERIFY(!solana::parseTransactionOrMessage(bytes));
    }

    void hasTheSignaturesLast()
    {
        const Bytes messageBytes = solana::serialize(v1Message());
        Bytes bytes = messageBytes;
        bytes.insert(bytes.end(), 64, 5);
        bytes.insert(bytes.end(), 64, 6);
        const auto transaction = solana::parseTransaction(bytes);
        QVERIFY(transaction.has_value());
        QCOMPARE(transaction->messageBytes, messageBytes);
        QCOMPARE(transaction->signatures.size(), std::size_t{2});
        QCOMPARE(transaction->signatures[0].front(), std::uint8_t{5});
        QCOMPARE(transaction->signatures[1].back(), std::uint8_t{6});
        QCOMPARE(transaction->serialize(), bytes);
        QVERIFY(*solana::parseTransactionOrMessage(bytes) == *transaction);
        QVERIFY(solana::looksLikeTransaction(bytes));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            QVERIFY(!solana::parseTransaction(BytesView(bytes).first(size)));
            const auto either = solana::parseTransactionOrMessage(BytesView(bytes).first(size));
            QCOMPARE(either.has_value(), size == messageBytes.size());
        }
        Bytes longer = bytes;
        longer.push_back(0);
        QVERIFY(!solana::parseTransactionOrMessage(longer));
        longer.insert(longer.end(), 63, 0);  // a third signature
        QVERIFY(!solana::parseTransactionOrMessage(longer));
    }

    /// Whoever reads signatures in front and whoever reads them behind must not see two transactions.
    void refusesTheOtherOrder()
    {
        const auto inFront = [](const Bytes& message) {
            Bytes bytes(1 + 2 * solana::signatureBytes, 5);
            bytes.front() = 2;
            bytes.insert(bytes.end(), message.begin(), message.end());
            return bytes;
        };
        const Bytes wrong = inFront(solana::serialize(v1Message()));
        const auto transaction = solana::parseTransaction(wrong);
        QVERIFY(!transaction.has_value());
        QCOMPARE(transaction.error().detail,
                 QStringLiteral("a message of version 1 has its signatures in front"));
        QVERIFY(!solana::parseTransactionOrMessage(wrong));
        QVERIFY(solana::looksLikeTransaction(wrong));
        for (SolanaMessage old : {plainMessage(), test::lookupMessage()}) {
            Bytes behind = solana::serialize(old);
            behind.insert(behind.end(), 2 * solana::signatureBytes, 5);
            QVERIFY(!solana::parseTransactionOrMessage(behind));
        }
        const auto bare = solana::parseTransaction(solana::serialize(v1Message()));
        QVERIFY(bare.error().sentence.contains(u"without its signatures"));
    }

    /// Every change of a byte is refused or seen, and nothing breaks the round trip.
    void survivesMutations()
    {
        std::mt19937 random(385);
        const Bytes original = solana::parseTransactionOrMessage(solana::serialize(v1Message()))->serialize();
        int accepted = 0;
        for (int i = 0; i < 20'000; ++i) {
            Bytes bytes = original;
            for (auto changes = 1 + random() % 3; changes > 0; --changes) {
                bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
            }
            bytes.resize(bytes.size() - (random() % 4 == 0 ? random() % bytes.size() : 0));
            const auto transaction = solana::parseTransactionOrMessage(bytes);
            if (!transaction) {
                QCOMPARE(transaction.error().code, ErrorCode::InvalidInput);
                continue;
            }
            ++accepted;
            QCOMPARE(solana::serialize(transaction->message), transaction->messageBytes);
            QVERIFY(transaction->serialize() == bytes || transaction->messageBytes == bytes);
        }
        QVERIFY(accepted > 100);
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaMessageV1Test)
#include "SolanaMessageV1_test.moc"
