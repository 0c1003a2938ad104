#include "core/base/encoding/Hex.h"
#include "core/chain/evm/message/EvmMessage.h"
#include "core/chain/evm/transaction/EvmTransaction.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/ActsCheck.h"

#include <QTest>

#include <algorithm>

using namespace countersign;
using namespace countersign::meaning;

namespace {

constexpr const char* account = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
constexpr const char* other = "0xe5A12547fe4E872D192E3eCecb76F2Ce1aeA4946";

std::string signIn(const std::string& domain, const std::string& uri, const std::string& behind = {})
{
    return domain + " wants you to sign in with your Ethereum account:\n" + account +
           "\n\nHello.\n\nURI: " + uri +
           "\nVersion: 1\nChain ID: 1\nNonce: 32891757\nIssued At: 2021-09-30T16:25:24Z" + behind;
}

Explanation explain(BytesView message, const EvmContext& context = {})
{
    static const KnownLists lists;
    const auto explanation = explainMessage(message, context, {.lists = lists});
    testing::withActs(explanation.meaning);
    return explanation;
}

Explanation explain(const std::string& text, const EvmContext& context = {})
{
    return explain(asBytes(text), context);
}

std::vector<std::string> idsOf(const Explanation& explanation)
{
    std::vector<std::string> ids;
    for (const Finding& finding : explanation.meaning.findings) {
        ids.push_back(finding.id);
    }
    return ids;
}

bool has(const Explanation& explanation, std::string_view id, Severity severity)
{
    return std::ranges::any_of(explanation.meaning.findings, [&](const Finding& finding) {
        return finding.id == id && finding.severity == severity;
    });
}

EvmTransaction transfer()
{
    EvmTransaction transaction;
    transaction.chainId = 1;
    transaction.to = EvmAddress{1};
    transaction.value = 500'000;
    transaction.gasLimit = 21'000;
    transaction.maxFeePerGas = 10;
    transaction.maxPriorityFeePerGas = 1;
    return transaction;
}

}  // namespace

class EvmMessageExplanationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsText()
    {
        const std::string text = "I agree to the terms.\n\tNonce: 5, \xe9\x8d\xb5";
        const Explanation explanation = explain(text);
        QVERIFY(explanation.meaning.understood);
        QCOMPARE(explanation.meaning.intent, std::string("Sign a message"));
        QVERIFY(explanation.meaning.findings.empty());
        QVERIFY(explanation.meaning.effects.empty());
        QCOMPARE(explanation.meaning.fields.size(), std::size_t(1));
        QCOMPARE(explanation.meaning.fields[0].value,
                 std::string("I agree to the terms. Nonce: 5, \xe9\x8d\xb5"));
        QCOMPARE(explanation.bytes, toHex(sha256(eip191Prefixed(asBytes(text)))));
        QCOMPARE(explain(std::string()).meaning.intent, std::string("Sign an empty message"));
    }

    void showsLongTextWhole()
    {
        std::string text;
        while (text.size() < 30'000) {
            text += "\xc3\xa4" + std::to_string(text.size()) + (text.size() % 3 == 0 ? " " : "");
        }
        const Explanation explanation = explain(text);
        QVERIFY(explanation.meaning.understood);
        QVERIFY(explanation.meaning.fields.size() > 3);
        std::string shown;
        for (const Field& field : explanation.meaning.fields) {
            shown += field.value;
        }
        std::erase(shown, ' ');
        std::erase(text, ' ');
        QCOMPARE(shown, text);
    }

    void showsBytesAsHex()
    {
        for (const char* hex : {"ff00", "c328", "68656c6c6f00", "68c280", "1b5b324a"}) {
            const Explanation explanation = explain(*fromHex(hex));
            QVERIFY2(!explanation.meaning.understood, hex);
            QVERIFY2(has(explanation, "message.bytes", Severity::Warning), hex);
            QCOMPARE(explanation.meaning.fields[0].value, "0x" + std::string(hex));
        }
    }

    void tellsOfHiddenCharacters_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<bool>("isHidden");
        QTest::newRow("right to left") << std::string(
                                              "pay \xe2\x80\xae"
                                              "5")
                                       << true;
        QTest::newRow("zero width") << std::string("pay\xe2\x80\x8b 5") << true;
        QTest::newRow("byte-order mark") << std::string("\xef\xbb\xbfpay") << true;
        QTest::newRow("Hangul filler") << std::string(
                                              "pay\xe3\x85\xa4"
                                              "5")
                                       << true;
        QTest::newRow("Braille blank") << std::string(
                                              "pay\xe2\xa0\x80"
                                              "5")
                                       << true;
        QTest::newRow("tag") << std::string("pay\xf3\xa0\x81\xa1") << true;
        QTest::newRow("no-break space") << std::string(
                                               "pay\xc2\xa0"
                                               "5")
                                        << false;
        QTest::newRow("emoji with its selector") << std::string("\xe2\x9d\xa4\xef\xb8\x8f") << false;
        QTest::newRow("Arabic") << std::string("\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85") << false;
    }

    void tellsOfHiddenCharacters()
    {
        QFETCH(std::string, text);
        QFETCH(bool, isHidden);
        const Explanation explanation = explain(text);
        QCOMPARE(has(explanation, "message.text.hidden", Severity::Warning), isHidden);
        QVERIFY(explanation.meaning.understood);
        QVERIFY(!isHidden || explanation.meaning.fields[0].value != text);
    }

    void flagsHashes_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<bool>("isHash");
        const std::string digits(64, 'a');
        QTest::newRow("32 bytes") << std::string(32, '\xaa') << true;
        QTest::newRow("32 letters") << std::string(32, 'x') << true;
        QTest::newRow("64 digits") << digits << true;
        QTest::newRow("0x") << "0x" + digits << true;
        QTest::newRow("within blanks") << " 0x" + digits + "\n" << true;
        QTest::newRow("31 letters") << std::string(31, 'x') << false;
        QTest::newRow("33 letters") << std::string(33, 'x') << false;
        QTest::newRow("63 digits") << digits.substr(1) << false;
        QTest::newRow("65 digits") << digits + 'a' << false;
        QTest::newRow("64 letters") << std::string(64, 'g') << false;
        QTest::newRow("behind a word") << "Hash: 0x" + digits << true;
        QTest::newRow("behind words") << "I have seen the hash 0x" + digits << false;
        QTest::newRow("before words") << "0x" + digits + " is what I saw" << false;
        QTest::newRow("grown together") << "f" + digits << false;
        QTest::newRow("within quotes") << "\"0x" + digits + "\"" << true;
        QTest::newRow("within typographic quotes") << "\xe2\x80\x9c" + digits + "\xe2\x80\x9d" << true;
        QTest::newRow("in parts") << "aaaa " + std::string(30, 'a') + "\n" + std::string(30, 'a') << true;
        QTest::newRow("nobody sees what is between")
            << std::string(32, 'a') + "\xe2\x80\x8b" + std::string(32, 'a') << true;
        QTest::newRow("Cyrillic letter between")
            << std::string(32, 'a') + "\xd0\xb0" + std::string(32, 'a') << false;
        QTest::newRow("base64") << std::string(43, 'Q') + "=" << true;
        QTest::newRow("base64 of 31 bytes") << std::string(42, 'Q') + "==" << false;
        QTest::newRow("78 decimals") << std::string(78, '7') << true;
        QTest::newRow("69 decimals") << std::string(69, '7') << false;
    }

    void flagsHashes()
    {
        QFETCH(std::string, text);
        QFETCH(bool, isHash);
        const Explanation explanation = explain(text);
        QCOMPARE(has(explanation, "message.hash", Severity::Critical), isHash);
        QCOMPARE(explanation.meaning.understood, !isHash);
        QCOMPARE(explanation.meaning.intent.empty(), isHash);
    }

    void flagsTransactions_data()
    {
        QTest::addColumn<Bytes>("message");
        QTest::addColumn<bool>("isTransaction");
        const Bytes unsignedBytes = serializeUnsigned(transfer());
        EvmTransaction legacy = transfer();
        legacy.type = 0;
        legacy.gasPrice = 10;
        const std::string hexText = toHexPrefixed(unsignedBytes);
        const auto bytes = [](const char* hex) { return *fromHex(hex); };
        // One signer, one key beside it, no instruction.
        Bytes solanaMessage{1, 0, 1, 2};
        solanaMessage.resize(4 + 32, 7);
        solanaMessage.resize(4 + 64, 8);
        solanaMessage.resize(4 + 96, 9);
        solanaMessage.push_back(0);
        QTest::newRow("type 2") << unsignedBytes << true;
        QTest::newRow("legacy") << serializeUnsigned(legacy) << true;
        QTest::newRow("as hex digits") << Bytes(hexText.begin(), hexText.end()) << true;
        QTest::newRow("six items") << bytes("c6010203040506") << true;
        QTest::newRow("nine items") << bytes("c9010203040506070809") << true;
        QTest::newRow("envelope of nothing known") << bytes("03c80102030405060708") << true;
        QTest::newRow("authorisation of EIP-7702") << bytes("05c3010203") << true;
        QTest::newRow("typed data") << bytes("1901aabb") << true;
        QTest::newRow("prefixed message") << eip191Prefixed(asBytes("hi")) << true;
        QTest::newRow("Solana") << solanaMessage << true;
        QTest::newRow("five items") << bytes("c50102030405") << false;
        QTest::newRow("list with a byte behind") << bytes("c601020304050607") << false;
        QTest::newRow("text") << Bytes{'h', 'i'} << false;
        QTest::newRow("digits of nothing") << Bytes{'0', 'x', '1', '2'} << false;
    }

    void flagsTransactions()
    {
        QFETCH(Bytes, message);
        QFETCH(bool, isTransaction);
        const Explanation explanation = explain(message);
        QCOMPARE(has(explanation, "message.transaction", Severity::Critical), isTransaction);
        QVERIFY(!isTransaction || !explanation.meaning.understood);
    }

    void readsSignIn()
    {
        EvmContext context{.chain = Uint256(1), .from = *parseEvmAddress(account), .domain = "service.org"};
        const Explanation explanation =
            explain(signIn("service.org", "https://service.org/login", "\nResources:\n- ipfs://a"), context);
        QVERIFY(explanation.meaning.understood);
        QCOMPARE(explanation.meaning.intent, std::string("Sign in to service.org as 0xC02a\xe2\x80\xa6"
                                                         "6Cc2 on chain 1"));
        QVERIFY(explanation.meaning.findings.empty());
        QCOMPARE(explanation.meaning.fields.size(), std::size_t(8));
        QCOMPARE(explanation.meaning.fields[1].value, std::string(account));
        context.domain.clear();
        context.from.reset();
        QVERIFY(
            explain(signIn("Service.org:443", "https://service.org", ""), context).meaning.findings.empty());
    }

    void comparesSignIn_data()
    {
        QTest::addColumn<std::string>("domain");
        QTest::addColumn<std::string>("uri");
        QTest::addColumn<QStringList>("ids");
        const auto row = [](const char* domain, const char* uri, const QStringList& ids) {
            QTest::newRow(domain) << std::string(domain) << std::string(uri) << ids;
        };
        const QString mismatch = QStringLiteral("message.signIn.domainMismatch");
        const QString uriMismatch = QStringLiteral("message.signIn.uriMismatch");
        const QString userInfo = QStringLiteral("message.signIn.userInfo");
        row("service.org", "https://service.org/", {});
        row("SERVICE.ORG:443", "https://service.org:443/", {});
        row("evil.org", "https://evil.org/", {mismatch});
        row("service.org.evil.org", "https://service.org.evil.org/", {mismatch});
        row("service.org:8080", "https://service.org:8080/", {mismatch});
        row("evil.org:1", "https://service.org/", {mismatch, uriMismatch});
        row("sub.service.org", "https://sub.service.org/", {mismatch});
        row("service.org:443", "https://evil.org/?https://service.org", {mismatch, uriMismatch});
        row("service.org@evil.org", "https://evil.org/", {mismatch, userInfo});
        row("Service.org", "did:key:z6Mkw", {uriMismatch});
    }

    void comparesSignIn()
    {
        QFETCH(std::string, domain);
        QFETCH(std::string, uri);
        QFETCH(QStringList, ids);
        const Explanation explanation =
            explain(signIn(domain, uri), {.chain = {}, .from = {}, .domain = "service.org"});
        QStringList found;
        for (const std::string& id : idsOf(explanation)) {
            found << QString::fromStdString(id);
        }
        found.sort();
        ids.sort();
        QCOMPARE(found, ids);
        QVERIFY(explanation.meaning.understood);
    }

    void comparesAccountAndChain()
    {
        const std::string text = signIn("service.org", "https://service.org");
        const Explanation explanation =
            explain(text, {.chain = Uint256(10), .from = *parseEvmAddress(other), .domain = {}});
        QVERIFY(has(explanation, "message.signIn.addressMismatch", Severity::Critical));
        QVERIFY(has(explanation, "message.signIn.chainMismatch", Severity::Warning));
        QCOMPARE(explanation.meaning.findings.size(), std::size_t(2));
    }

    void doesNotUnderstandCapabilities()
    {
        const Explanation explanation =
            explain(signIn("service.org", "https://service.org", "\nResources:\n- URN:recap:eyJhdHQiOnt9fQ"));
        QVERIFY(has(explanation, "message.signIn.capability", Severity::Warning));
        QVERIFY(!explanation.meaning.understood);
    }

    void flagsMalformedSignIn()
    {
        const std::string good = signIn("service.org", "https://service.org");
        for (const std::string& text :
             {good + "\n", "\n" + good, signIn("service.org", "service.org"),
              signIn("service.org/", "https://service.org"),
              std::string("service.org wants you to sign in with your Ethereum account")}) {
            const Explanation explanation = explain(text);
            QVERIFY(has(explanation, "message.signIn.malformed", Severity::Critical));
            QVERIFY(!explanation.meaning.understood);
        }
        QVERIFY(explain(std::string("Sign in with your Ethereum account.")).meaning.understood);
    }
};

COUNTERSIGN_APPLESS_TEST(EvmMessageExplanationTest)
#include "EvmMessageExplanation_test.moc"
