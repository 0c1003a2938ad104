#include "core/signing/prepare/SplLookup.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"
#include "tests/unit/chain/solana/spl/SplFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace countersign::test;

namespace {

constexpr std::uint64_t rent = 2'039'280;

/// A wallet with 5 tokens of 6 decimals, and a recipient who has an account for them.
struct SplLookupScene
{
    SolanaScript solana;
    SplProgram program = SplProgram::Token;
    SplQuestion question{SolanaKey().address, SolanaKey().address, SolanaKey().address};

    explicit SplLookupScene(SplProgram itsProgram = SplProgram::Token) : program(itsProgram)
    {
        solana.account.always = std::optional<SolanaAccount>();
        solana.rent.always = rent;
        put(question.mint, mintData());
        put(source(), holderData({question.mint, question.wallet, 5'000'000}));
        put(destination(), holderData({question.mint, question.recipient, 0}));
    }

    SolanaAddress source() const
    {
        return *solana::associatedTokenAccount(question.wallet, program, question.mint);
    }
    SolanaAddress destination() const
    {
        return *solana::associatedTokenAccount(question.recipient, program, question.mint);
    }
    void put(const SolanaAddress& address, const Bytes& data)
    {
        put(address, data, solana::addressOf(program));
    }
    void put(const SolanaAddress& address, const Bytes& data, const SolanaAddress& owner,
             bool isExecutable = false)
    {
        solana.accounts[toText(address)] = {toText(owner), 1'000, isExecutable, data};
    }
    void remove(const SolanaAddress& address) { solana.accounts.erase(toText(address)); }

    Result<SplFacts> ask()
    {
        PendingCallPtr call;
        return waitFor<Result<SplFacts>>(
            [&](auto done) { call = lookUpSpl(std::make_unique<FakeSolanaRpc>(solana), question, done); });
    }

    /// The sentence of a refusal; empty when it was none, or another kind of error.
    QString refusal(ErrorCode code = ErrorCode::InvalidInput)
    {
        const auto facts = ask();
        return !facts && facts.error().code == code ? facts.error().sentence : QString();
    }
};

}  // namespace

class SplLookupTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsBothAccounts()
    {
        for (const SplProgram program : {SplProgram::Token, SplProgram::Token2022}) {
            SplLookupScene scene(program);
            const auto facts = *scene.ask();
            QVERIFY(facts.question == scene.question);
            QVERIFY(facts.mint.program == program);
            QCOMPARE(int(facts.mint.decimals), 6);
            QVERIFY(facts.source == scene.source());
            QCOMPARE(facts.balance, std::uint64_t{5'000'000});
            QVERIFY(facts.destination == scene.destination());
            QVERIFY(!facts.mustCreate);
            QCOMPARE(facts.rent, std::uint64_t{0});
            QVERIFY(scene.solana.rentAsked.empty());
        }
    }

    void tellsWhatMustBeCreated()
    {
        SplLookupScene scene;
        scene.remove(scene.destination());
        auto facts = *scene.ask();
        QVERIFY(facts.mustCreate);
        QCOMPARE(facts.rent, rent);
        QVERIFY(scene.solana.rentAsked == std::vector<std::size_t>{165});
        // Somebody has sent SOL to the address; it is no token account yet, and the SOL counts.
        scene.put(scene.destination(), {}, SolanaAddress{});
        facts = *scene.ask();
        QVERIFY(facts.mustCreate);
        QCOMPARE(facts.rent, rent - 1'000);
        scene.solana.rent.always = 999;
        QCOMPARE(scene.ask()->rent, std::uint64_t{0});

        SplLookupScene newer(SplProgram::Token2022);
        newer.remove(newer.destination());
        QVERIFY(newer.ask()->mustCreate);
        QVERIFY(newer.solana.rentAsked == std::vector<std::size_t>{170});
    }

    void refusesOtherTokens()
    {
        SplLookupScene scene;
        scene.remove(scene.question.mint);
        QVERIFY(scene.refusal().contains(QStringLiteral("rpc.solana")));
        scene.put(scene.question.mint, mintData(), SolanaKey().address);
        QVERIFY(scene.refusal().contains(QStringLiteral("no token")));
        scene.put(scene.question.mint, holderData({scene.question.mint, scene.question.wallet, 1}));
        QVERIFY(scene.refusal().contains(QStringLiteral("token account")));
        scene.put(scene.question.mint, extendedMint(1, Bytes(108, 0)), solana::token2022Program());
        QVERIFY(scene.refusal(ErrorCode::Unsupported).contains(QStringLiteral("fee")));
    }

    void refusesOtherRecipients()
    {
        SplLookupScene scene;
        scene.put(scene.question.recipient, {}, SolanaAddress{});
        QVERIFY(scene.ask().has_value());  // a wallet that holds SOL
        scene.put(scene.question.recipient, holderData({scene.question.mint, scene.question.wallet, 1}));
        QVERIFY(scene.refusal().contains(QStringLiteral("token account or a token")));
        scene.put(scene.question.recipient, mintData(), solana::token2022Program());
        QVERIFY(scene.refusal().contains(QStringLiteral("token account or a token")));
        scene.put(scene.question.recipient, {1}, SolanaKey().address);
        QVERIFY(scene.refusal().contains(QStringLiteral("belongs to a program")));
        scene.put(scene.question.recipient, {}, SolanaAddress{}, true);
        QVERIFY(scene.refusal().contains(QStringLiteral("belongs to a program")));
    }

    void asksNothingAboutImpossibleRecipients()
    {
        SplLookupScene scene;
        for (const SolanaAddress& recipient :
             {scene.question.wallet, scene.question.mint, scene.destination(), SolanaAddress{}}) {
            SplLookupScene other;
            other.solana.account.always = failure(error(ErrorCode::Internal));
            other.question = scene.question;
            other.question.recipient = recipient;
            QVERIFY(!other.refusal().isEmpty());
            QCOMPARE(other.solana.account.asked, 0);
        }
    }

    void refusesToSendFromNothing()
    {
        SplLookupScene scene;
        scene.remove(scene.source());
        QVERIFY(scene.refusal().contains(QStringLiteral("nothing to send")));
        scene.put(scene.source(), {}, SolanaAddress{});
        QVERIFY(scene.refusal().contains(QStringLiteral("nothing to send")));
        scene.put(scene.source(), holderData({scene.question.mint, scene.question.wallet, 5, 2}));
        QVERIFY(scene.refusal().contains(QStringLiteral("frozen the wallet's account")));
        scene.put(scene.source(), holderData({scene.question.mint, scene.question.recipient, 5}));
        QVERIFY(scene.refusal().contains(QStringLiteral("does not belong")));
        scene.put(scene.source(), holderData({scene.question.wallet, scene.question.wallet, 5}));
        QVERIFY(scene.refusal().contains(QStringLiteral("does not belong")));
        scene.put(scene.source(), holderData({scene.question.mint, scene.question.wallet, 5}),
                  solana::token2022Program());
        QVERIFY(scene.refusal().contains(QStringLiteral("something else")));
        scene.put(scene.source(), mintData());
        QVERIFY(!scene.refusal().isEmpty());
    }

    void refusesWhatCannotArrive()
    {
        SplLookupScene scene(SplProgram::Token2022);
        const auto holder = [&](std::uint8_t state) {
            return holderData({scene.question.mint, scene.question.recipient, 0, state});
        };
        scene.put(scene.destination(), holder(2));
        QVERIFY(scene.refusal().contains(QStringLiteral("frozen the recipient's account")));
        scene.put(scene.destination(), extended(holder(1), 2, 8, {1}));
        QVERIFY(scene.refusal().contains(QStringLiteral("memo")));
        scene.put(scene.destination(), extended(holder(1), 2, 5, Bytes(295, 0)));
        QVERIFY(!scene.refusal(ErrorCode::Unsupported).isEmpty());
        scene.put(scene.destination(), holderData({scene.question.mint, scene.question.wallet, 0}));
        QVERIFY(scene.refusal().contains(QStringLiteral("does not belong")));

        scene.put(scene.question.mint, extendedMint(6, {2}));
        scene.put(scene.destination(), extended(holder(1), 2, 7, {}));
        QVERIFY(scene.ask().has_value());  // it has been thawed
        scene.remove(scene.destination());
        QVERIFY(scene.refusal().contains(QStringLiteral("thaws")));
    }

    void passesTheNodesErrorsOn()
    {
        // At each of the questions: what is not among the accounts is answered with the error.
        SplLookupScene scene;
        scene.solana.account.always = failure(error(ErrorCode::Network));
        QCOMPARE(scene.ask().error().code, ErrorCode::Network);  // the recipient's account
        scene.put(scene.question.recipient, {}, SolanaAddress{});
        QVERIFY(scene.ask().has_value());
        for (const SolanaAddress& address : {scene.question.mint, scene.source(), scene.destination()}) {
            const SolanaAccount kept = scene.solana.accounts.at(toText(address));
            scene.remove(address);
            QCOMPARE(scene.ask().error().code, ErrorCode::Network);
            scene.solana.accounts[toText(address)] = kept;
        }
        scene.put(scene.destination(), {}, SolanaAddress{});
        scene.solana.rent.always = failure(error(ErrorCode::Timeout));
        QCOMPARE(scene.ask().error().code, ErrorCode::Timeout);
    }

    void mayBeDroppedWhenAnswered()
    {
        SplLookupScene scene;
        bool answered = false;
        PendingCallPtr call;
        call = lookUpSpl(std::make_unique<FakeSolanaRpc>(scene.solana), scene.question,
                         [&](const Result<SplFacts>& facts) {
                             call.reset();
                             answered = facts.has_value();
                         });
        QTRY_VERIFY_WITH_TIMEOUT(answered, patienceMs);
        scene.solana.accounts.clear();
        scene.solana.account.isSilent = true;
        call = lookUpSpl(std::make_unique<FakeSolanaRpc>(scene.solana), scene.question,
                         [](const Result<SplFacts>&) { QFAIL("dropped"); });
        QCOMPARE(scene.solana.account.held, 1);
        call.reset();
        QCOMPARE(scene.solana.account.held, 0);
    }
};

COUNTERSIGN_GUILESS_TEST(SplLookupTest)
#include "SplLookup_test.moc"
