#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/ActsCheck.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <array>
#include <map>

using namespace countersign;
using namespace countersign::meaning;
using namespace Qt::StringLiterals;

// Runs the corpora beside this file: what is meant to deceive, each with the finding that it must raise, and
// what people sign every day, which must be understood and raise nothing.

namespace {

constexpr JsonLimits corpusLimits{
    .maxBytes = 4U << 20U, .maxDepth = 64, .maxValues = 200'000, .maxMembers = 50'000};

/// A member's text; empty where there is none.
std::string textOf(const Json& entry, const char* member)
{
    return entry.contains(member) ? entry[member].get<std::string>() : std::string();
}

const Json& corpusOf(const char* file)
{
    static std::map<std::string, Json> read;
    if (!read.contains(file)) {
        QFile opened(sourcePath("tests/unit/meaning/corpus/") + QLatin1String(file));
        const bool isOpen = opened.open(QIODevice::ReadOnly);
        const auto json = parseJson(opened.readAll().toStdString(), corpusLimits);
        if (!isOpen || !json) {
            qFatal("%s cannot be read", file);
        }
        read[file] = (*json)["entries"];
    }
    return read.at(file);
}

void addEvmRows(const char* file)
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Json& entry : corpusOf(file)) {
        QTest::newRow(textOf(entry, "name").c_str()) << index++;
    }
}

KnownLists listsFor(const Json& entry)
{
    KnownLists lists = KnownLists::builtin();
    for (const Json& known : entry.value("known", Json::array())) {
        lists.add(
            KnownContract{"eip155", textOf(known, "address"), textOf(known, "name"), textOf(known, "kind")});
    }
    return lists;
}

EvmContext contextFor(const Json& entry)
{
    EvmContext context;
    if (entry.contains("chain")) {
        context.chain = Uint256(entry["chain"].get<std::uint64_t>());
    }
    if (entry.contains("from")) {
        context.from = *parseEvmAddress(textOf(entry, "from"));
    }
    context.domain = textOf(entry, "domain");
    return context;
}

/// An error where the input is not even read.
Result<Meaning> explainedEntry(const Json& entry)
{
    const KnownLists lists = listsFor(entry);
    const Knowledge knowledge{.lists = lists, .descriptors = nullptr};
    const EvmContext context = contextFor(entry);
    if (entry.contains("transaction")) {
        ASSIGN_OR_RETURN(const Bytes bytes, fromHex(textOf(entry, "transaction")));
        ASSIGN_OR_RETURN(const EvmTransaction transaction, decodeTransaction(bytes));
        return explainTransaction(transaction, context, knowledge).meaning;
    }
    if (entry.contains("typedData")) {
        ASSIGN_OR_RETURN(const Explanation explanation,
                         explainTypedData(entry["typedData"], context, knowledge));
        return explanation.meaning;
    }
    if (entry.contains("messageHex")) {
        ASSIGN_OR_RETURN(const Bytes bytes, fromHex(textOf(entry, "messageHex")));
        return explainMessage(bytes, context, knowledge).meaning;
    }
    return explainMessage(asBytes(textOf(entry, "message")), context, knowledge).meaning;
}

/// Info, warning, error, critical.
int gravityOf(Severity severity)
{
    constexpr std::array order = {Severity::Info, Severity::Warning, Severity::Error, Severity::Critical};
    return static_cast<int>(std::ranges::find(order, severity) - order.begin());
}

int gravityOf(const std::string& name)
{
    for (const Severity severity : {Severity::Info, Severity::Warning, Severity::Error, Severity::Critical}) {
        if (nameOf(severity) == name) {
            return gravityOf(severity);
        }
    }
    return 99;
}

QString summaryOf(const Meaning& meaning)
{
    QString text = meaning.understood ? u"understood \""_s + QString::fromStdString(meaning.intent) + u'"'
                                      : u"not understood"_s;
    for (const Finding& finding : meaning.findings) {
        text += u"\n    "_s + QString::fromStdString(std::string(nameOf(finding.severity)) + " " +
                                                     finding.id + ": " + finding.detail);
    }
    return text;
}

bool isRaised(const Meaning& meaning, const Json& entry)
{
    const std::string id = textOf(entry["expect"], "id");
    const int least = gravityOf(textOf(entry["expect"], "severity"));
    const std::string words = textOf(entry, "says");
    return std::ranges::any_of(meaning.findings, [&](const Finding& finding) {
        return finding.id == id && gravityOf(finding.severity) >= least &&
               finding.detail.find(words) != std::string::npos;
    });
}

}  // namespace

class EvmCorpusTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCorporaAreLarge()
    {
        QVERIFY(corpusOf("evm-deceptions.json").size() >= 110);
        QVERIFY(corpusOf("evm-harmless.json").size() >= 110);
    }

    void deceptionsAreFound_data() { addEvmRows("evm-deceptions.json"); }

    void deceptionsAreFound()
    {
        QFETCH(int, index);
        const Json& entry = corpusOf("evm-deceptions.json")[static_cast<std::size_t>(index)];
        const auto meaning = explainedEntry(entry);
        if (entry.value("refused", false)) {
            QVERIFY(!meaning);
            return;
        }
        QVERIFY2(meaning, meaning ? "" : qPrintable(meaning.error().detail));
        testing::withActs(*meaning);
        QVERIFY2(isRaised(*meaning, entry), qPrintable(summaryOf(*meaning)));
        QVERIFY2(entry.value("understood", true) || !meaning->understood, qPrintable(summaryOf(*meaning)));
        QVERIFY2(meaning->intent.find(textOf(entry, "intentHas")) != std::string::npos,
                 qPrintable(summaryOf(*meaning)));
    }

    void harmlessOnesAreUnderstood_data() { addEvmRows("evm-harmless.json"); }

    void harmlessOnesAreUnderstood()
    {
        QFETCH(int, index);
        const Json& entry = corpusOf("evm-harmless.json")[static_cast<std::size_t>(index)];
        const auto meaning = explainedEntry(entry);
        QVERIFY2(meaning, meaning ? "" : qPrintable(meaning.error().detail));
        testing::withActs(*meaning);
        QVERIFY2(meaning->understood, qPrintable(summaryOf(*meaning)));
        const bool isQuiet = std::ranges::all_of(
            meaning->findings, [](const Finding& f) { return f.severity == Severity::Info; });
        QVERIFY2(isQuiet, qPrintable(summaryOf(*meaning)));
        QCOMPARE(QString::fromStdString(meaning->intent), QString::fromStdString(textOf(entry, "intent")));
    }
};

COUNTERSIGN_APPLESS_TEST(EvmCorpusTest)
#include "EvmCorpus_test.moc"
