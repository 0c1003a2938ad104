#include "tests/unit/meaning/descriptors/RegistryCases.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/evm/transaction/EvmTransaction.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/meaning/descriptors/files/DataProvider.h"
#include "tests/support/TestPaths.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <set>

namespace countersign::registry {

namespace {

Json readJson(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read %s", qPrintable(path));
    }
    const QByteArray text = file.readAll();
    auto json = parseTypedDataJson({text.constData(), static_cast<std::size_t>(text.size())});
    if (!json) {
        qFatal("%s: %s", qPrintable(path), qPrintable(json.error().detail));
    }
    return *std::move(json);
}

/// The tokens of the first form's tests: symbol and decimals, as they are on their chains.
const Json& tokensOfFirstForm()
{
    static const Json tokens = readJson(sourcePath("tests/unit/meaning/descriptors/registry-tokens.json"));
    return tokens;
}

/// Every field that a second-form test expects, those of calls within the call behind the field that has it.
void addExpected(const Json& fields,
                 std::vector<std::pair<std::string, std::optional<std::string>>>& expected)
{
    for (const Json& field : fields) {
        const Json& value = field["value"];
        expected.emplace_back(field["label"].get<std::string>(),
                              value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt);
        if (value.is_object()) {
            addExpected(value["fields"], expected);
        }
    }
}

bool hasFields(const Json& expected, const meaning::Meaning& meaning)
{
    std::vector<std::pair<std::string, std::optional<std::string>>> wanted;
    addExpected(expected["fields"], wanted);
    auto field = meaning.fields.begin();
    return std::ranges::all_of(wanted, [&](const auto& pair) {
        field = std::find_if(field, meaning.fields.end(), [&](const meaning::Field& shown) {
            return shown.label == pair.first && (!pair.second || shown.value == *pair.second);
        });
        return field != meaning.fields.end() && field++ != meaning.fields.end();
    });
}

QString withoutBlanks(const QString& text)
{
    static const QRegularExpression blanks(QStringLiteral("\\s+"));
    return QString(text).remove(blanks).toLower();
}

/// "2026-01-09 02:27:15 PM UTC" as "2026-01-09 14:27:15Z".
QString withoutNoon(QString text)
{
    static const QRegularExpression clock(QStringLiteral(" (\\d\\d)(:\\d\\d:\\d\\d) ([AP])M UTC"));
    const auto match = clock.match(text);
    if (match.hasMatch()) {
        const int hour = match.captured(1).toInt() % 12 + (match.captured(3) == QLatin1String("P") ? 12 : 0);
        text.replace(clock,
                     QStringLiteral(" %1%2Z").arg(hour, 2, 10, QLatin1Char('0')).arg(match.captured(2)));
    }
    return text;
}

/// One text of all, without what the device says of itself and of fees.
QString screenText(const Json& texts)
{
    static const QRegularExpression deviceWords(
        QStringLiteral("networkavalanchec-chain|tokensswipetoreview|toreview|tokens\\?|to$|\\?\\?\\?"));
    QString whole;
    for (const Json& text : texts) {
        if (text == "Max fees") {
            break;
        }
        whole += withoutBlanks(withoutNoon(QString::fromStdString(text.get<std::string>())));
    }
    return whole.remove(deviceWords);
}

/// Why this class exists: blocks of a text may be skipped, and a block may also be the beginning of another.
class ScreenReader
{
public:
    ScreenReader(QString screen, std::vector<QString> blocks)
        : m_screen(std::move(screen)), m_blocks(std::move(blocks))
    {}

    bool reads(qsizetype at = 0, std::size_t block = 0)
    {
        if (at == m_screen.size()) {
            return true;
        }
        if (block == m_blocks.size() || !m_tried.insert({at, block}).second) {
            return false;
        }
        const QString& text = m_blocks[block];
        const QString rest = m_screen.mid(at);
        // A long value and a long label are cut.
        const qsizetype cut = rest.indexOf(QStringLiteral("..."));
        const qsizetype behindCut = cut + (rest.mid(cut).startsWith(QStringLiteral("...more")) ? 7 : 3);
        const qsizetype dateLength = 10;
        const bool isDate =
            text.size() == 19 && text.endsWith(QLatin1Char('z')) && rest.startsWith(text.left(dateLength));
        return (!text.isEmpty() && rest.startsWith(text) && reads(at + text.size(), block + 1)) ||
               (cut > 0 && text.startsWith(rest.left(cut)) && reads(at + behindCut, block + 1)) ||
               (isDate && reads(at + dateLength, block + 1)) || reads(at, block + 1);
    }

private:
    QString m_screen;
    std::vector<QString> m_blocks;
    std::set<std::pair<qsizetype, std::size_t>> m_tried;
};

/// Whether everything that tells something (numbers, addresses, names) is accounted for, in whichever order.
/// The screens were read when labels were other words, and with some words of the device among them.
bool accountsForValues(QString screen, std::vector<QString> blocks)
{
    constexpr qsizetype longestRest = 32;
    std::ranges::sort(blocks, [](const QString& a, const QString& b) { return a.size() > b.size(); });
    for (const QString& block : blocks) {
        const qsizetype at = block.isEmpty() ? -1 : screen.indexOf(block);
        if (at >= 0) {
            screen.replace(at, block.size(), QStringLiteral(" "));
        }
    }
    screen.remove(QLatin1Char(' '));
    return screen.size() <= longestRest && std::ranges::none_of(screen, [](QChar c) { return c.isDigit(); });
}

}  // namespace

QString rootPath()
{
    QString root = qEnvironmentVariable("COUNTERSIGN_VECTORS");
    if (root.isEmpty()) {
        root = sourcePath("../shared/vectors");
    }
    return root + QStringLiteral("/erc7730");
}

std::vector<Case> cases()
{
    std::vector<Case> found;
    QDirIterator files(rootPath() + QStringLiteral("/registry"), {QStringLiteral("*.tests.json")},
                       QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        const Json file = readJson(path);
        for (const Json& test : file["tests"]) {
            const QString description = QString::fromStdString(test.value("description", std::string()));
            const QString name = path.section(QLatin1Char('/'), -3) + QStringLiteral(": ") + description;
            found.push_back({name, test, file.contains("dataProvider") ? file["dataProvider"] : Json()});
        }
    }
    std::ranges::sort(found, {}, &Case::name);
    return found;
}

Result<std::optional<meaning::Meaning>> explain(const Case& wanted, const meaning::Descriptors& descriptors)
{
    meaning::KnownLists lists = meaning::KnownLists::builtin();
    if (!wanted.test.contains("expected")) {
        RETURN_IF_ERROR(meaning::addDataProvider(lists, dumpJson(tokensOfFirstForm())));
    } else if (!wanted.provider.is_null()) {
        RETURN_IF_ERROR(meaning::addDataProvider(lists, dumpJson(wanted.provider)));
    }
    const meaning::Knowledge knowledge{.lists = lists, .descriptors = &descriptors};
    std::optional<EvmAddress> from;
    if (wanted.test.contains("from")) {
        ASSIGN_OR_RETURN(from, parseEvmAddress(wanted.test["from"].get<std::string>()));
    }
    if (wanted.test.contains("data")) {
        return descriptors.explain(wanted.test["data"], from, knowledge);
    }
    ASSIGN_OR_RETURN(const auto bytes, fromHex(wanted.test["rawTx"].get<std::string>()));
    ASSIGN_OR_RETURN(const auto transaction, decodeTransaction(bytes));
    const meaning::EvmCall call{.chainId = transaction.chainId,
                                .from = from,
                                .to = transaction.to.value_or(EvmAddress()),
                                .value = transaction.value,
                                .data = transaction.data};
    return descriptors.explain(call, knowledge);
}

bool hasExpected(const Case& wanted, const meaning::Meaning& meaning)
{
    if (wanted.test.contains("expected")) {
        return hasFields(wanted.test["expected"], meaning);
    }
    std::vector<QString> blocks{withoutBlanks(QString::fromStdString(meaning.intent))};
    for (const meaning::Field& field : meaning.fields) {
        blocks.push_back(withoutBlanks(QString::fromStdString(field.label)));
        blocks.push_back(withoutBlanks(QString::fromStdString(field.value)));
    }
    const QString screen = screenText(wanted.test["expectedTexts"]);
    const QString target = QStringLiteral("interactionwith");
    if (accountsForValues(screen, blocks)) {
        return true;
    }
    if (!screen.startsWith(target)) {
        return ScreenReader(screen, blocks).reads();
    }
    // Then the owner, who has changed names since.
    constexpr qsizetype longestOwner = 30;
    for (qsizetype at = target.size(); at <= target.size() + longestOwner && at <= screen.size(); ++at) {
        if (ScreenReader(screen, blocks).reads(at)) {
            return true;
        }
    }
    return false;
}

}  // namespace countersign::registry
