#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/chain/solana/offchain/OffchainMessage.h"
#include "core/chain/solana/offchain/SolanaSignIn.h"
#include "core/meaning/ExplanationJson.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/ActsCheck.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

Explanation explainedText(std::string_view text, const SolanaContext& context = {})
{
    const auto explanation = explainMessage(asBytes(text), context, Knowledge{});
    testing::withActs(explanation.meaning);
    return explanation;
}

Explanation explainedBytes(const Bytes& bytes, const SolanaContext& context = {})
{
    const auto explanation = explainMessage(bytes, context, Knowledge{});
    testing::withActs(explanation.meaning);
    return explanation;
}

SolanaSignIn signInOf(const char* domain)
{
    SolanaSignIn signIn;
    signIn.domain = domain;
    signIn.address = wallet;
    signIn.statement = "Welcome";
    signIn.uri = "https://" + std::string(domain) + "/login";
    signIn.version = "1";
    signIn.chainId = "mainnet";
    signIn.nonce = "abcdefgh12";
    return signIn;
}

SolanaContext asked(const char* domain)
{
    SolanaContext context = contextOf(wallet);
    context.domain = domain;
    return context;
}

}  // namespace

class SolanaMessageExplanationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsText()
    {
        const Explanation explanation = explainedText("I agree.\nReally.");
        QVERIFY(explanation.meaning.understood);
        QCOMPARE(explanation.meaning.intent, std::string("Sign a message"));
        QCOMPARE(findingsOf(explanation), std::string());
        QVERIFY(valueOf(explanation, "Message").starts_with("I agree."));
        QVERIFY(explainedText("").meaning.understood);
    }

    void refusesHashesAndTransactions()
    {
        QCOMPARE(severityOf(explainedBytes(Bytes(32, 0x5a)), "message.hash"), std::string("critical"));
        QCOMPARE(severityOf(explainedText(std::string(64, 'a')), "message.hash"), std::string("critical"));
        QVERIFY(explainedText(std::string(63, 'a')).meaning.understood);
        const SolanaTransaction transaction = transactionOf({sendSol(wallet, stranger, 1)});
        for (const Bytes& bytes : {transaction.messageBytes, transaction.serialize()}) {
            const Explanation explanation = explainedBytes(bytes);
            QVERIFY(!explanation.meaning.understood);
            QCOMPARE(severityOf(explanation, "message.transaction"), std::string("critical"));
            QCOMPARE(severityOf(explainedText(toHex(bytes)), "message.transaction"), std::string("critical"));
        }
        for (const std::string& text : {toBase64(transaction.serialize()), toBase58(transaction.messageBytes),
                                        "\n " + toBase64(transaction.messageBytes) + '\t'}) {
            QCOMPARE(severityOf(explainedText(text), "message.transaction"), std::string("critical"));
        }
        QVERIFY(explainedText(toBase64(Bytes(40, 1))).meaning.understood);
        const Explanation noise = explainedBytes({0xff, 0xfe, 0xfd});
        QVERIFY(!noise.meaning.understood);
    }

    void readsOffchainMessages()
    {
        solana::OffchainMessage message;
        message.text = "Hello";
        message.signers = {wallet};
        const Bytes bytes = *solana::serialize(message);
        const Explanation explanation = explainedBytes(bytes, contextOf(wallet));
        QVERIFY(explanation.meaning.understood);
        QCOMPARE(findingsOf(explanation), std::string());
        QCOMPARE(valueOf(explanation, "Message"), std::string("Hello"));
        QCOMPARE(valueOf(explanation, "Off-chain message"), std::string("version 1"));
        QCOMPARE(severityOf(explainedBytes(bytes, contextOf(stranger)), "message.signer.mismatch"),
                 std::string("critical"));
        message.version = 0;
        message.applicationDomain = other;
        const Explanation older = explainedBytes(*solana::serialize(message));
        QVERIFY(older.meaning.understood);
        QCOMPARE(valueOf(older, "Application domain"), toText(other));
        // A hash stays a hash behind the header.
        message.text = std::string(64, '0');
        QCOMPARE(severityOf(explainedBytes(*solana::serialize(message)), "message.hash"),
                 std::string("critical"));
        Bytes broken = bytes;
        broken[16] = 2;
        QCOMPARE(severityOf(explainedBytes(broken), "message.offchain.malformed"), std::string("critical"));
    }

    void readsSignIns()
    {
        const SolanaSignIn signIn = signInOf("example.com");
        const Explanation explanation = explainedText(toText(signIn), asked("example.com"));
        QVERIFY2(explanation.meaning.understood, toText(signIn).c_str());
        QCOMPARE(explanation.meaning.intent, std::string("Sign in to example.com as 29d2…hfV2"));
        QCOMPARE(findingsOf(explanation), std::string());
        QCOMPARE(findingsOf(explainedText(toText(signIn), asked("EXAMPLE.com:443"))), std::string());
        const auto severity = [](const SolanaSignIn& message, const SolanaContext& context, const char* id) {
            return severityOf(explainedText(toText(message), context), id);
        };
        QCOMPARE(severity(signIn, asked("evil.example"), "message.signIn.domainMismatch"),
                 std::string("critical"));
        QCOMPARE(severity(signIn, contextOf(stranger), "message.signIn.addressMismatch"),
                 std::string("critical"));
        SolanaSignIn odd = signIn;
        odd.uri = "https://evil.example/login";
        QCOMPARE(severity(odd, {}, "message.signIn.uriMismatch"), std::string("warning"));
        odd.uri = "https:evil.com/?x=://example.com";
        QCOMPARE(severity(odd, {}, "message.signIn.uriMismatch"), std::string("warning"));
        odd = signIn;
        odd.chainId = "devnet";
        QCOMPARE(severity(odd, {}, "message.signIn.chainMismatch"), std::string("warning"));
        QCOMPARE(severity(signInOf("bank.com@evil.com"), {}, "message.signIn.userInfo"),
                 std::string("critical"));
    }

    void distrustsWhatSpeaksLikeASignIn()
    {
        const Explanation explanation =
            explainedText("example.com wants you to sign in with your Solana account:\nnobody\n\nWelcome");
        QVERIFY(!explanation.meaning.understood);
        QCOMPARE(severityOf(explanation, "message.signIn.malformed"), std::string("critical"));
        for (const char* words : {"wants you to  sign in with", "wants you\nto sign in\twith",
                                  "wants you to si\u200bgn in with", "WANTS you to\u00a0sign in with"}) {
            const Explanation hidden = explainedText("example.com " + std::string(words) + " your account");
            QCOMPARE(severityOf(hidden, "message.signIn.malformed"), std::string("critical"));
        }
    }

    void boundsLongTexts()
    {
        const Explanation explanation = explainedText(std::string(40'000, 'x'));
        QVERIFY(explanation.meaning.understood);
        QVERIFY(explanation.meaning.fields.size() >= 5);
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaMessageExplanationTest)
#include "SolanaMessageExplanation_test.moc"
