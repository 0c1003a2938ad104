#include "core/crypto/primitives/Ed25519.h"
#include "core/rpc/HttpSolanaRpc.h"
#include "core/signing/prepare/SplLookup.h"
#include "tests/integration/signing/SigningDesk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/spl/SplFactory.h"
#include "ui/compose/JobDraft.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr std::uint64_t splEndToEndLamportsPerSol = 1'000'000'000;
constexpr std::uint64_t fee = 5'000;
constexpr std::uint64_t before = 20'000'000;  // 20 tokens of 6 decimals

SolanaAddress randomAddress()
{
    return *ed25519::publicKey(SecretBytes::random(ed25519::seedBytes));
}

std::string splEndToEndText(const Json& json, const char* member)
{
    return json.value(member, std::string());
}

}  // namespace

/// The way of a token from the composer's form to the recipient: the node is asked, the form's document is
/// submitted, the sandbox signs with the wallet's two shares, and Solana's runtime executes it with the real
/// token programs.
class SplEndToEndTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = ChainNode::missing(); !missing.isEmpty()) {
            QSKIP(qPrintable(missing));
        }
        QVERIFY2(m_desk.start(), qPrintable(m_desk.why()));
        QVERIFY(m_desk.solana().fund(m_desk.solanaWallet().address, splEndToEndLamportsPerSol));
    }

    void tokensArrive_data()
    {
        QTest::addColumn<bool>("is2022");
        QTest::newRow("SPL Token") << false;
        QTest::newRow("Token-2022") << true;
    }

    void tokensArrive()
    {
        QFETCH(bool, is2022);
        const SplProgram program = is2022 ? SplProgram::Token2022 : SplProgram::Token;
        const SplQuestion question{*parseSolanaAddress(m_desk.solanaWallet().address), randomAddress(),
                                   randomAddress()};
        putToken(question, program);

        // Nobody has an account of it but the wallet: it is created on the way.
        const auto first = lookUp(question);
        QVERIFY2(first.has_value(), first ? "" : qPrintable(first.error().sentence));
        QVERIFY(first->mint.program == program);
        QCOMPARE(first->balance, before);
        QVERIFY(first->mustCreate);
        QVERIFY(first->rent > 0);
        const std::uint64_t sol = m_desk.solana().balance(m_desk.solanaWallet().address);
        send(*first, u"12.5"_s);
        QCOMPARE(held(first->destination, program), std::uint64_t{12'500'000});
        QCOMPARE(held(first->source, program), before - 12'500'000);
        // The rent that was shown is the rent that was paid.
        QCOMPARE(m_desk.solana().balance(m_desk.solanaWallet().address), sol - first->rent - fee);

        const auto second = lookUp(question);
        QVERIFY(second.has_value());
        QVERIFY(!second->mustCreate);
        QCOMPARE(second->balance, before - 12'500'000);
        send(*second, u"7.5"_s);
        QCOMPARE(held(first->destination, program), before);
        QCOMPARE(held(first->source, program), std::uint64_t{0});
        QVERIFY(splTransferDraft(*lookUp(question), u"0.000001"_s, false).error().field ==
                DraftField::Amount);
    }

    /// The decimals that were shown are part of what is signed: the program refuses when the mint has others.
    void wrongDecimalsAreRefusedByTheChain()
    {
        const SplQuestion question{*parseSolanaAddress(m_desk.solanaWallet().address), randomAddress(),
                                   randomAddress()};
        putToken(question, SplProgram::Token);
        auto facts = lookUp(question);
        QVERIFY(facts.has_value());
        facts->mint.decimals = 7;
        const Json job = submit(*facts, u"0.1"_s);
        (void)m_desk.approve(splEndToEndText(job, "id"), {u"--wait"_s});
        const Json refused = m_desk.job(splEndToEndText(job, "id"));
        QCOMPARE(splEndToEndText(refused, "state"),
                 std::string("signed"));  // and not sent: the node simulates first
        QVERIFY(!splEndToEndText(refused, "error").empty());
        QCOMPARE(held(facts->source, SplProgram::Token), before);
    }

private:
    void putToken(const SplQuestion& question, SplProgram program)
    {
        const std::string owner = toText(solana::addressOf(program));
        const Bytes mint = program == SplProgram::Token ? test::mintData({.decimals = 6, .supply = before})
                                                        : test::extendedMint(3, Bytes(32, 0x11));
        QVERIFY(m_desk.solana().setAccount(toText(question.mint), owner, mint));
        const Bytes holder = test::holderData({question.mint, question.wallet, before});
        QVERIFY(m_desk.solana().setAccount(
            toText(*solana::associatedTokenAccount(question.wallet, program, question.mint)), owner,
            program == SplProgram::Token ? holder : test::extended(holder, 2, 7, {})));
    }

    Result<SplFacts> lookUp(const SplQuestion& question)
    {
        std::optional<Result<SplFacts>> answer;
        const PendingCallPtr call = lookUpSpl(*HttpSolanaRpc::make(m_desk.solana().url()), question,
                                              [&](const Result<SplFacts>& facts) { answer = facts; });
        (void)waitUntil([&] { return answer.has_value(); }, patienceMs);
        return answer.value_or(failure(ErrorCode::Timeout, u"no answer"_s));
    }

    Json submit(const SplFacts& facts, const QString& amount)
    {
        const auto payload = splTransferDraft(facts, amount, facts.mustCreate);
        if (!payload) {
            qWarning("%s", qUtf8Printable(payload.error().sentence));
            return {};
        }
        const DraftFrame frame{m_desk.solanaWallet().id, JobKind::SolanaTransaction, true, u"Payout"_s,
                               SystemClock().now() + 3'600'000};
        const Bytes document = jobDocument(frame, *payload);
        const QString file = m_desk.desk().path(u"job.json"_s);
        writePrivateFile(file, QByteArray(reinterpret_cast<const char*>(document.data()),
                                          static_cast<qsizetype>(document.size())));
        return m_desk.run({u"jobs"_s, u"submit"_s, file}).json();
    }

    void send(const SplFacts& facts, const QString& amount)
    {
        const Json job = submit(facts, amount);
        QVERIFY2(job.is_object(), dumpJson(job).c_str());
        const auto approved = m_desk.approve(splEndToEndText(job, "id"), {u"--wait"_s});
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        QCOMPARE(splEndToEndText(approved.json(), "state"), std::string("confirmed"));
    }

    /// Tokens in an account that must be a good one.
    std::uint64_t held(const SolanaAddress& account, SplProgram program)
    {
        const Json told = m_desk.solana().call("getAccountInfo",
                                               Json::array({toText(account), Json{{"encoding", "base64"}}}));
        const auto data = fromBase64(told.at("value").at("data").at(0).get<std::string>());
        return solana::readTokenAccount(program, *data)->amount;
    }

    SigningDesk m_desk;
};

COUNTERSIGN_GUILESS_TEST(SplEndToEndTest)
#include "SplEndToEnd_test.moc"
