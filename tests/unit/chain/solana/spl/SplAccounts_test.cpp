#include "core/chain/solana/spl/SplAccounts.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"
#include "tests/unit/chain/solana/spl/SplFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::solana;
using namespace countersign::test;

namespace {

const Bytes address32(32, 0x42);

bool isRefused(const auto& result, ErrorCode code = ErrorCode::InvalidInput)
{
    return !result && result.error().code == code && !result.error().sentence.isEmpty();
}

Result<SplMint> readOf2022(const Bytes& data)
{
    return readMint(token2022Program(), data);
}

Bytes with(Bytes bytes, std::size_t offset, std::uint8_t value)
{
    bytes.at(offset) = value;
    return bytes;
}

}  // namespace

class SplAccountsTest : public QObject
{
    Q_OBJECT

    const HolderFields m_holder{addressNumber(1), addressNumber(2), 0x0102030405060708};

private Q_SLOTS:
    void readsMints()
    {
        const Bytes data = mintData({.decimals = 9, .supply = 0xfedcba9876543210});
        const auto mint = *readMint(tokenProgram(), data);
        QVERIFY(mint == (SplMint{SplProgram::Token, 9, 0xfedcba9876543210, false, false}));
        QVERIFY(readOf2022(data)->program == SplProgram::Token2022);
        QCOMPARE(int(readMint(tokenProgram(), mintData({.decimals = 255}))->decimals), 255);
    }

    void refusesWhatIsNoMint()
    {
        const Bytes good = mintData();
        QVERIFY(isRefused(readMint(SolanaAddress{}, good)));
        QVERIFY(isRefused(readMint(associatedTokenProgram(), good)));
        QVERIFY(isRefused(readMint(tokenProgram(), mintData({.initialized = 0}))));
        QVERIFY(isRefused(readMint(tokenProgram(), mintData({.initialized = 2}))));
        QVERIFY(isRefused(readMint(tokenProgram(), with(good, 0, 2))));
        QVERIFY(isRefused(readMint(tokenProgram(), with(good, 3, 1))));
        QVERIFY(isRefused(readMint(tokenProgram(), with(good, 46, 2))));
        // The original program has no extensions, and a multisig is no mint.
        QVERIFY(isRefused(readMint(tokenProgram(), extendedMint(3, address32))));
        for (const std::size_t length : {0U, 1U, 81U, 83U, 164U, 166U, 355U, 1000U}) {
            QVERIFY2(isRefused(readMint(tokenProgram(), Bytes(length, 1))),
                     qPrintable(QString::number(length)));
        }
        for (std::size_t length = 0; length < good.size(); ++length) {
            QVERIFY(isRefused(readMint(tokenProgram(), BytesView(good).first(length))));
            QVERIFY(isRefused(readOf2022(Bytes(good.begin(), good.begin() + static_cast<long>(length)))));
        }
    }

    void tellsTokenAccountsFromMints()
    {
        for (const auto& refused : {readMint(tokenProgram(), holderData(m_holder)),
                                    readOf2022(extended(holderData(m_holder), 2, 7, {}))}) {
            QVERIFY(isRefused(refused));
            QVERIFY(refused.error().sentence.contains(QStringLiteral("token account")));
        }
    }

    void acceptsHarmlessExtensions()
    {
        for (const std::uint16_t extension :
             std::initializer_list<std::uint16_t>{3, 18, 19, 20, 21, 22, 23}) {
            QVERIFY2(readOf2022(extendedMint(extension, address32)).has_value(),
                     qPrintable(QString::number(extension)));
        }
        QVERIFY(readOf2022(extendedMint(12, address32))->hasPermanentDelegate);
        QVERIFY(!readOf2022(extendedMint(12, Bytes(32, 0)))->hasPermanentDelegate);
        QVERIFY(isRefused(readOf2022(extendedMint(12, Bytes(31, 1)))));
        QVERIFY(readOf2022(extendedMint(6, {2}))->newAccountsAreFrozen);
        QVERIFY(!readOf2022(extendedMint(6, {1}))->newAccountsAreFrozen);
        QVERIFY(isRefused(readOf2022(extendedMint(6, {}))));
        Bytes spare = extendedMint(3, address32);
        spare.insert(spare.end(), {0, 0, 0xff, 0xff, 0xff});  // behind an uninitialised one nothing counts
        QVERIFY(readOf2022(spare).has_value());
        spare = extendedMint(3, address32);
        spare.push_back(1);  // one byte is no extension yet
        QVERIFY(readOf2022(spare).has_value());
    }

    void refusesWhatChangesATransfer_data()
    {
        QTest::addColumn<int>("extension");
        QTest::addColumn<QString>("word");
        QTest::newRow("fee") << 1 << QStringLiteral("fee");
        QTest::newRow("confidential") << 4 << QStringLiteral("confidential");
        QTest::newRow("non-transferable") << 9 << QStringLiteral("cannot be transferred");
        QTest::newRow("interest") << 10 << QStringLiteral("another amount");
        QTest::newRow("hook") << 14 << QStringLiteral("another program");
        QTest::newRow("confidential fee") << 16 << QStringLiteral("fee");
        QTest::newRow("confidential mint") << 24 << QStringLiteral("confidential");
        QTest::newRow("scaled") << 25 << QStringLiteral("another amount");
        QTest::newRow("pausable") << 26 << QStringLiteral("stop all transfers");
        QTest::newRow("permissioned burn") << 28 << QStringLiteral("not known");
        QTest::newRow("of an account") << 8 << QStringLiteral("not known");
        QTest::newRow("unheard of") << 65535 << QStringLiteral("65535");
    }

    void refusesWhatChangesATransfer()
    {
        QFETCH(int, extension);
        QFETCH(QString, word);
        const auto number = static_cast<std::uint16_t>(extension);
        const auto alone = readOf2022(extendedMint(number, address32));
        QVERIFY(isRefused(alone, ErrorCode::Unsupported));
        QVERIFY2(alone.error().sentence.contains(word), qPrintable(alone.error().sentence));
        // Also behind a harmless one.
        Bytes behind = extendedMint(3, address32);
        const Bytes bad = extendedMint(number, address32);
        behind.insert(behind.end(), bad.begin() + 166, bad.end());
        QVERIFY(isRefused(readOf2022(behind), ErrorCode::Unsupported));
    }

    void refusesBrokenExtensions()
    {
        const Bytes good = extendedMint(3, address32);
        QVERIFY(readOf2022(good).has_value());
        QVERIFY(isRefused(readOf2022(with(good, 100, 1))));  // the padding
        QVERIFY(isRefused(readOf2022(with(good, 165, 0))));  // the type
        QVERIFY(isRefused(readOf2022(with(good, 165, 3))));
        QVERIFY(isRefused(readOf2022(with(good, 168, 33))));  // longer than what is there
        QVERIFY(isRefused(readOf2022(with(good, 169, 0xff))));
        for (std::size_t length = 168; length < good.size(); ++length) {
            QVERIFY(isRefused(readOf2022(Bytes(good.begin(), good.begin() + static_cast<long>(length)))));
        }
        Bytes likeAMultisig = good;
        likeAMultisig.resize(355);
        QVERIFY(isRefused(readOf2022(likeAMultisig)));
    }

    void readsTokenAccounts()
    {
        const auto account = *readTokenAccount(SplProgram::Token, holderData(m_holder));
        QVERIFY(account == (SplTokenAccount{m_holder.mint, m_holder.owner, m_holder.amount, false, false}));
        HolderFields frozen = m_holder;
        frozen.state = 2;
        QVERIFY(readTokenAccount(SplProgram::Token, holderData(frozen))->isFrozen);
        const auto of2022 = [&](std::uint16_t extension, const Bytes& value) {
            return readTokenAccount(SplProgram::Token2022,
                                    extended(holderData(m_holder), 2, extension, value));
        };
        QVERIFY(*of2022(7, {}) == account);
        QVERIFY(*of2022(11, {1}) == account);
        QVERIFY(of2022(8, {1})->requiresMemo);
        QVERIFY(!of2022(8, {0})->requiresMemo);
        QVERIFY(isRefused(of2022(8, {})));
        for (const std::uint16_t extension :
             std::initializer_list<std::uint16_t>{2, 5, 13, 15, 17, 27, 999}) {
            QVERIFY(isRefused(of2022(extension, Bytes(8, 1)), ErrorCode::Unsupported));
        }
    }

    void refusesWhatIsNoTokenAccount()
    {
        const auto read = [](const Bytes& data) { return readTokenAccount(SplProgram::Token, data); };
        const Bytes good = holderData(m_holder);
        HolderFields uninitialized = m_holder;
        uninitialized.state = 0;
        QVERIFY(isRefused(read(holderData(uninitialized))));
        uninitialized.state = 3;
        QVERIFY(isRefused(read(holderData(uninitialized))));
        QVERIFY(isRefused(read(mintData())));
        QVERIFY(isRefused(read(with(good, 72, 2))));
        QVERIFY(isRefused(read(with(good, 109, 2))));
        QVERIFY(isRefused(read(with(good, 129, 2))));
        QVERIFY(isRefused(read(extended(good, 2, 7, {}))));
        for (std::size_t length = 0; length < good.size(); ++length) {
            QVERIFY(isRefused(read(Bytes(good.begin(), good.begin() + static_cast<long>(length)))));
        }
        QVERIFY(isRefused(readTokenAccount(SplProgram::Token2022, extendedMint(3, address32))));
    }

    void knowsTheLengthOfNewAccounts()
    {
        QCOMPARE(newTokenAccountBytes(SplProgram::Token), std::size_t{165});
        QCOMPARE(newTokenAccountBytes(SplProgram::Token2022),
                 extended(holderData(m_holder), 2, 7, {}).size());
    }
};

COUNTERSIGN_APPLESS_TEST(SplAccountsTest)
#include "SplAccounts_test.moc"
