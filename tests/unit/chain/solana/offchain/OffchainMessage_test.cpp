#include "core/chain/solana/offchain/OffchainMessage.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

#include <functional>
#include <random>

using namespace countersign;
using namespace countersign::solana;
using test::addressNumber;

namespace {

/// ff "solana offchain".
const std::string domainHex = "ff736f6c616e61206f6666636861696e";

std::string repeated(const char* byte, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += byte;
    }
    return text;
}

OffchainMessage version0(OffchainFormat format = OffchainFormat::RestrictedAscii, std::string text = "Hello")
{
    return {0, addressNumber(7), format, {addressNumber(2), addressNumber(1)}, std::move(text)};
}

OffchainMessage version1(std::string text = "Hello\n\xc3\xa4")
{
    return {1, {}, {}, {addressNumber(1), addressNumber(2)}, std::move(text)};
}

QString offchainDetail(const Bytes& bytes)
{
    const auto message = parseOffchainMessage(bytes);
    return message ? QStringLiteral("accepted") : message.error().detail;
}

using OffchainChange = std::function<void(OffchainMessage&)>;

}  // namespace

class OffchainMessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Written out by hand from the specification's table.
    void readsVersion0()
    {
        const Bytes bytes = *fromHex(domainHex + "00" + repeated("07", 32) + "00" + "02" +
                                     repeated("02", 32) + repeated("01", 32) + "0500" + "48656c6c6f");
        const auto message = parseOffchainMessage(bytes);
        QVERIFY(message && *message == version0());
        QCOMPARE(*serialize(*message), bytes);
    }

    void readsVersion1()
    {
        const Bytes bytes =
            *fromHex(domainHex + "01" + "02" + repeated("01", 32) + repeated("02", 32) + "48656c6c6f0ac3a4");
        const auto message = parseOffchainMessage(bytes);
        QVERIFY(message && *message == version1());
        QCOMPARE(*serialize(*message), bytes);
    }

    void isNoTransaction()
    {
        for (const OffchainMessage& message : {version0(), version1(std::string(200, 'x'))}) {
            const Bytes bytes = *serialize(message);
            QVERIFY(isOffchainMessage(bytes));
            QVERIFY(!looksLikeTransaction(bytes));
            QVERIFY(parseTransactionOrMessage(bytes).error().sentence.contains(u"off-chain message"));
        }
        QVERIFY(!isOffchainMessage({}));
        QVERIFY(!isOffchainMessage(asBytes("solana offchain")));
        QVERIFY(isOffchainMessage(asBytes("\xffsolana offchain\x05")));
        QVERIFY(!parseOffchainMessage(asBytes("hello")));
    }

    /// Cut off, version 1 is another text, or none.
    void refusesEveryPrefixAndTail()
    {
        const Bytes zero = *serialize(version0());
        for (std::size_t size = 0; size < zero.size(); ++size) {
            QVERIFY(!parseOffchainMessage(BytesView(zero).first(size)));
        }
        Bytes longer = zero;
        longer.push_back('x');
        QCOMPARE(offchainDetail(longer), QStringLiteral("the text is not as long as it says"));
        const Bytes one = *serialize(version1("Hello"));
        for (std::size_t size = 0; size < one.size() - 4; ++size) {
            QVERIFY(!parseOffchainMessage(BytesView(one).first(size)));
        }
    }

    void refusesWhatTheSpecificationRefuses_data()
    {
        QTest::addColumn<OffchainChange>("change");
        QTest::addColumn<bool>("isVersion1");
        const auto row = [](const char* name, bool isVersion1, OffchainChange change) {
            QTest::newRow(name) << std::move(change) << isVersion1;
        };
        row("version 2", true, [](OffchainMessage& m) { m.version = 2; });
        row("version 255", false, [](OffchainMessage& m) { m.version = 255; });
        for (const bool isVersion1 : {false, true}) {
            row(isVersion1 ? "1: nobody" : "0: nobody", isVersion1,
                [](OffchainMessage& m) { m.signers.clear(); });
            row(isVersion1 ? "1: no text" : "0: no text", isVersion1,
                [](OffchainMessage& m) { m.text.clear(); });
            row(isVersion1 ? "1: no UTF-8" : "0: no UTF-8", isVersion1, [](OffchainMessage& m) {
                m.format = OffchainFormat::LimitedUtf8;
                m.text = "a\xc3";
            });
        }
        row("1: descending", true, [](OffchainMessage& m) { std::swap(m.signers[0], m.signers[1]); });
        row("1: twice", true, [](OffchainMessage& m) { m.signers[1] = m.signers[0]; });
        row("0: format 3", false, [](OffchainMessage& m) { m.format = static_cast<OffchainFormat>(3); });
        row("0: a newline in ASCII", false, [](OffchainMessage& m) { m.text = "a\nb"; });
        row("0: a tab", false, [](OffchainMessage& m) { m.text = "a\tb"; });
        row("0: DEL", false, [](OffchainMessage& m) { m.text = "a\x7f"; });
        row("0: an umlaut in ASCII", false, [](OffchainMessage& m) { m.text = "\xc3\xa4"; });
    }

    void refusesWhatTheSpecificationRefuses()
    {
        QFETCH(const OffchainChange, change);
        QFETCH(const bool, isVersion1);
        OffchainMessage message = isVersion1 ? version1() : version0();
        const Bytes before = *serialize(message);
        change(message);
        const auto written = serialize(message);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::InvalidInput);
        // The same, made by somebody who does not check.
        Bytes bytes = toBytes(asBytes("\xffsolana offchain"));
        bytes.push_back(static_cast<std::uint8_t>(message.version));
        if (!isVersion1) {
            bytes.insert(bytes.end(), 32, 7);
            bytes.push_back(static_cast<std::uint8_t>(message.format));
        }
        bytes.push_back(static_cast<std::uint8_t>(message.signers.size()));
        for (const SolanaAddress& signer : message.signers) {
            bytes.insert(bytes.end(), signer.begin(), signer.end());
        }
        if (!isVersion1) {
            bytes.push_back(static_cast<std::uint8_t>(message.text.size()));
            bytes.push_back(0);
        }
        bytes.insert(bytes.end(), message.text.begin(), message.text.end());
        QVERIFY(bytes != before);
        QVERIFY(!parseOffchainMessage(bytes));
    }

    void boundsTheLength()
    {
        const std::size_t preamble = serialize(version0())->size() - 5;
        const auto fits = [](const OffchainMessage& message) {
            const auto bytes = serialize(message);
            if (!bytes) {
                return false;
            }
            const auto again = parseOffchainMessage(*bytes);
            return again && *again == message;
        };
        for (const OffchainFormat format : {OffchainFormat::RestrictedAscii, OffchainFormat::LimitedUtf8}) {
            QVERIFY(fits(version0(format, std::string(1232 - preamble, 'a'))));
            QVERIFY(!fits(version0(format, std::string(1233 - preamble, 'a'))));
        }
        QVERIFY(fits(version0(OffchainFormat::ExtendedUtf8, std::string(65'535 - preamble, 'a'))));
        QVERIFY(!fits(version0(OffchainFormat::ExtendedUtf8, std::string(65'536 - preamble, 'a'))));
        QVERIFY(fits(version1(std::string(60'000, 'a'))));
        QVERIFY(!fits(version1(std::string(65'536, 'a'))));
        OffchainMessage crowded = version1();
        crowded.signers.clear();
        for (std::uint8_t i = 0; i < 255; ++i) {
            crowded.signers.push_back(addressNumber(i));
        }
        QVERIFY(fits(crowded));
        crowded.signers.push_back(addressNumber(255));
        QVERIFY(!fits(crowded));
    }

    /// solana-sdk writes version 0 without application domain and signers; that is another form.
    void refusesTheOlderForm()
    {
        const Bytes bytes = *fromHex(domainHex + "0000" + "0c00" + "54657374204d657373616765");
        QVERIFY(isOffchainMessage(bytes));
        QVERIFY(!parseOffchainMessage(bytes));
    }

    void survivesMutations()
    {
        std::mt19937 random(3);
        for (const OffchainMessage& original : {version0(OffchainFormat::LimitedUtf8), version1()}) {
            const Bytes bytes = *serialize(original);
            for (int i = 0; i < 10'000; ++i) {
                Bytes changed = bytes;
                changed[16 + random() % (bytes.size() - 16)] = static_cast<std::uint8_t>(random());
                changed[16 + random() % 36] = static_cast<std::uint8_t>(random() % 4);
                const auto message = parseOffchainMessage(changed);
                if (message) {
                    QCOMPARE(*serialize(*message), changed);
                }
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(OffchainMessageTest)
#include "OffchainMessage_test.moc"
