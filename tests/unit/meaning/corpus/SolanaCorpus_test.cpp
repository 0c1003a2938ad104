#include "core/base/encoding/Base64.h"
#include "core/meaning/ExplanationJson.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/solana/SolanaCalls.h"

#include <QFile>
#include <QTest>

#include <random>
#include <set>

using namespace countersign;
using namespace countersign::test;
using namespace countersign::meaning;

namespace {

constexpr std::size_t leastCases = 60;

/// Of one file. What its members mean is told by the file's first case, and by check…() below.
Json solanaCases(const char* file)
{
    QFile data(sourcePath("tests/unit/meaning/corpus/") + QLatin1String(file));
    if (!data.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray text = data.readAll();
    const JsonLimits limits{std::size_t{4} << 20U, 8, 100'000, 100};
    return parseJson({text.constData(), static_cast<std::size_t>(text.size())}, limits).value_or(Json());
}

std::string memberOf(const Json& solanaCase, const char* member)
{
    return optionalString(solanaCase, member).value_or(std::nullopt).value_or(std::string());
}

Bytes inputOf(const Json& solanaCase)
{
    return fromBase64(memberOf(solanaCase, "input")).value_or(Bytes{});
}

SolanaContext contextIn(const Json& solanaCase)
{
    SolanaContext context = contextOf(at(memberOf(solanaCase, "wallet").c_str()));
    context.domain = memberOf(solanaCase, "domain");
    return context;
}

/// As `explain` does it; nothing where the input is no transaction, although the case says so.
std::optional<Explanation> explanationOf(const Json& solanaCase)
{
    const Bytes input = inputOf(solanaCase);
    const SolanaContext context = contextIn(solanaCase);
    if (memberOf(solanaCase, "kind") == "message") {
        return explainMessage(input, context, Knowledge{});
    }
    const auto transaction = solana::parseTransactionOrMessage(input);
    return transaction ? std::optional(explained(*transaction, context)) : std::nullopt;
}

/// From the least to the gravest; an error is worse than a warning, since nobody knows what was not found.
int rankOf(std::string_view severity)
{
    constexpr std::array<std::string_view, 4> ranks = {"info", "warning", "error", "critical"};
    return static_cast<int>(std::ranges::find(ranks, severity) - ranks.begin());
}

/// "critical solana.assign, info recipient.self", for whoever reads a failure.
std::string toldBy(const Explanation& explanation)
{
    std::string text = explanation.meaning.understood ? "understood" : "not understood";
    for (const Finding& finding : explanation.meaning.findings) {
        text += ", " + std::string(nameOf(finding.severity)) + ' ' + finding.id;
    }
    return text + ": " + explanation.meaning.intent;
}

void addSolanaRows(const char* file)
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Json& solanaCase : solanaCases(file)) {
        QTest::newRow(memberOf(solanaCase, "name").c_str()) << index++;
    }
}

const Json& deceptions()
{
    static const Json cases = solanaCases("solana-deceptions.json");
    return cases;
}

const Json& harmless()
{
    static const Json cases = solanaCases("solana-harmless.json");
    return cases;
}

/// Amount, destination and authority of a call whose bytes decide nothing else.
struct Choice
{
    std::uint64_t amount = 0;
    SolanaAddress address{};
};

Choice chosen(std::mt19937_64& random)
{
    Choice choice{random() % 4 == 0 ? random() % 1'000 : random(), {}};
    std::ranges::generate(choice.address, [&random] { return static_cast<std::uint8_t>(random()); });
    return choice;
}

using MakeCall = SolanaCall (*)(const Choice& choice);

constexpr std::array<MakeCall, 8> decisiveCalls = {
    [](const Choice& c) { return sendSol(wallet, c.address, c.amount); },
    [](const Choice& c) { return sendTokens(c.address, c.amount); },
    [](const Choice& c) {
        return SolanaCall{solana::tokenProgram(),
                          {writes(other), writes(c.address), signs(wallet, false)},
                          joined({{3}, number(c.amount, 8)})};
    },
    [](const Choice& c) {
        return SolanaCall{solana::tokenProgram(),
                          {writes(other), reads(c.address), signs(wallet, false)},
                          joined({{4}, number(c.amount, 8)})};
    },
    [](const Choice& c) {
        return SolanaCall{solana::token2022Program(),
                          {writes(other), reads(usdc), reads(c.address), signs(wallet, false)},
                          joined({{13}, number(c.amount, 8), {6}})};
    },
    [](const Choice& c) {
        const auto type = static_cast<std::uint8_t>(c.amount % 4);
        return SolanaCall{solana::tokenProgram(),
                          {writes(other), signs(wallet, false)},
                          joined({{6, type, 1}, bytesOf(c.address)})};
    },
    [](const Choice& c) {
        return SolanaCall{at("Stake11111111111111111111111111111111111111"),
                          {writes(other), signs(wallet, false)},
                          joined({number(1, 4), bytesOf(c.address), number(c.amount % 2, 4)})};
    },
    [](const Choice& c) {
        return SolanaCall{systemProgramId,
                          {writes(other), signs(wallet, false)},
                          joined({number(7, 4), bytesOf(c.address)})};
    },
};

}  // namespace

/// What every change of core/meaning is held against: tricks that must be told, and everyday business that
/// must not be made a fuss of.
class SolanaCorpusTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Each name and each input once: a copy of a case would test nothing.
    void hasEnoughCases()
    {
        std::set<std::string> names;
        std::set<std::string> inputs;
        for (const Json* cases : {&deceptions(), &harmless()}) {
            QVERIFY(cases->size() >= leastCases);
            for (const Json& solanaCase : *cases) {
                QVERIFY(names.insert(memberOf(solanaCase, "name")).second);
                QVERIFY(inputs.insert(memberOf(solanaCase, "input")).second);
            }
        }
    }

    void tellsDeceptions_data() { addSolanaRows("solana-deceptions.json"); }
    void tellsDeceptions()
    {
        QFETCH(int, index);
        const Json& solanaCase = deceptions().at(static_cast<std::size_t>(index));
        const auto explanation = explanationOf(solanaCase);
        QVERIFY2(explanation, "the input is no transaction");
        const std::string told = toldBy(*explanation);
        const std::string id = memberOf(solanaCase, "finding");
        const int least = rankOf(memberOf(solanaCase, "atLeast"));
        const bool isTold = std::ranges::any_of(explanation->meaning.findings, [&](const Finding& finding) {
            return finding.id == id && rankOf(nameOf(finding.severity)) >= least;
        });
        QVERIFY2(isTold, told.c_str());
        QVERIFY2(explanation->meaning.understood == solanaCase.value("understood", true), told.c_str());
    }

    void leavesTheHarmlessAlone_data() { addSolanaRows("solana-harmless.json"); }
    void leavesTheHarmlessAlone()
    {
        QFETCH(int, index);
        const Json& solanaCase = harmless().at(static_cast<std::size_t>(index));
        const auto explanation = explanationOf(solanaCase);
        QVERIFY2(explanation, "the input is no transaction");
        const std::string told = toldBy(*explanation);
        QVERIFY2(explanation->meaning.understood, told.c_str());
        QCOMPARE(explanation->meaning.intent, memberOf(solanaCase, "intent"));
        for (const Finding& finding : explanation->meaning.findings) {
            QVERIFY2(finding.severity == Severity::Info, told.c_str());
        }
    }

    /// Whoever approves a hash approves these bytes and no others.
    void keepsNoHashUnderOtherBytes()
    {
        constexpr int mutations = 8;
        std::mt19937_64 random(20'261'201);
        std::size_t read = 0;
        for (const Json* cases : {&deceptions(), &harmless()}) {
            for (const Json& solanaCase : *cases) {
                const auto original = solana::parseTransactionOrMessage(inputOf(solanaCase));
                if (!original) {
                    continue;
                }
                const SolanaContext context = contextIn(solanaCase);
                const std::string hash = explanationHash(toJson(explained(*original, context)));
                for (int i = 0; i < mutations; ++i) {
                    Bytes bytes = original->messageBytes;
                    bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
                    const auto mutated = solana::parseTransactionOrMessage(bytes);
                    if (mutated) {
                        ++read;
                        QVERIFY(explanationHash(toJson(explained(*mutated, context))) != hash);
                    }
                }
            }
        }
        QVERIFY(read > 500);
    }

    /// Not only the hash: what is told differs, wherever amount, destination or authority do.
    void tellsEachDecisiveByte()
    {
        constexpr int pairs = 25;
        std::mt19937_64 random(4'711);
        for (const MakeCall make : decisiveCalls) {
            for (int i = 0; i < pairs; ++i) {
                const Choice first = chosen(random);
                Choice second = first;
                if (i % 2 == 0) {
                    second.amount ^= std::uint64_t{1} << (random() % 64);
                } else {
                    second.address.at(random() % second.address.size()) ^=
                        static_cast<std::uint8_t>(1U << (random() % 8));
                }
                const SolanaCall call = make(first);
                const SolanaCall otherCall = make(second);
                const bool isSame = solana::legacyMessage(wallet, std::vector{call}) ==
                                    solana::legacyMessage(wallet, std::vector{otherCall});
                const Meaning a = explained({call}).meaning;
                const Meaning b = explained({otherCall}).meaning;
                QVERIFY2(isSame == (a.effects == b.effects), a.intent.c_str());
                QVERIFY2(isSame == (a == b), a.intent.c_str());
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaCorpusTest)
#include "SolanaCorpus_test.moc"
