#include "core/inbox/source/EntriesPage.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "core/base/encoding/JsonSlices.h"
#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

namespace countersign {

namespace {

struct EntriesPageText
{
    Q_DECLARE_TR_FUNCTIONS(EntriesPageText)
};

constexpr std::size_t maxKindCharacters = 64;
constexpr std::size_t maxFeedNameCharacters = 128;
/// Of an entry that is too long to be read.
constexpr std::size_t keptOfLongEntry = 64 * 1024;
constexpr JsonLimits entryLimits{
    .maxBytes = entryMaxBytes, .maxDepth = 8, .maxValues = 100'000, .maxMembers = 50'000};

tl::unexpected<Error> brokenAnswer(const QString& detail)
{
    return failure(
        ErrorCode::Network,
        EntriesPageText::tr("The relay's answer cannot be understood. Check the relay's address and that "
                            "relay and console have matching versions."),
        detail);
}

/// first and last: the entries that are missing.
tl::unexpected<Error> gapInFeed(std::int64_t first, std::int64_t last)
{
    return failure(ErrorCode::Network,
                   EntriesPageText::tr(
                       "The relay leaves out %1 entries (%2 to %3), so nothing behind them was taken. Ask "
                       "whoever runs it to mend its database; once that is done, or where the database "
                       "was replaced, \"countersign-cli sync --once --from-start\" reads everything again.")
                       .arg(last - first + 1)
                       .arg(first)
                       .arg(last),
                   QStringLiteral("entries %1 to %2 are missing").arg(first).arg(last));
}

/// Digits alone, as a number of an entry is written.
std::optional<std::int64_t> sequenceNumber(std::string_view text)
{
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool isPlain = error == std::errc() && stop == end && text.front() != '-' &&
                         (text.size() == 1 || text.front() != '0');
    return isPlain && number <= feedMaxSeq ? std::optional(number) : std::nullopt;
}

std::optional<UnixMillis> readTime(const Json& object)
{
    const auto found = object.find("receivedAt");
    if (found == object.end()) {
        return std::nullopt;
    }
    if (found->is_string()) {
        return fromIso8601(found->get_ref<const std::string&>());
    }
    constexpr std::uint64_t latest = 253'402'300'799'999;  // the year 9999
    return found->is_number_unsigned() && found->get<std::uint64_t>() <= latest
               ? std::optional(found->get<UnixMillis>())
               : std::nullopt;
}

bool readHeaders(const Json& object, FeedEntry& entry)
{
    const auto found = object.find("headers");
    if (found == object.end() || !found->is_object()) {
        return false;
    }
    for (const auto& [name, value] : found->items()) {
        if (value.is_string()) {
            entry.headers.emplace_back(name, value.get<std::string>());
        } else if (value.is_array() &&
                   std::ranges::all_of(value, [](const Json& one) { return one.is_string(); })) {
            for (const Json& one : value) {
                entry.headers.emplace_back(name, one.get<std::string>());
            }
        } else {
            return false;
        }
        if (entry.headers.size() > entryMaxHeaders) {
            return false;
        }
    }
    std::size_t bytes = 0;
    for (const auto& [name, value] : entry.headers) {
        bytes += name.size() + value.size();
    }
    return bytes <= entryMaxHeaderBytes;
}

bool isKind(std::string_view kind)
{
    return !kind.empty() && kind.size() <= maxKindCharacters &&
           std::ranges::all_of(kind, [](char c) { return c > ' ' && c <= '~'; });
}

/// Everything but the number; what is wrong with the entry where it cannot be read.
std::optional<QString> readContent(std::string_view json, FeedEntry& entry)
{
    const auto parsed = parseJson(json, entryLimits);
    if (!parsed) {
        return parsed.error().detail;
    }
    auto kind = requiredString(*parsed, "kind");
    if (!kind || !isKind(*kind)) {
        return QStringLiteral("'kind'");
    }
    const auto receivedAt = readTime(*parsed);
    if (!receivedAt) {
        return QStringLiteral("'receivedAt'");
    }
    if (!readHeaders(*parsed, entry)) {
        return QStringLiteral("'headers'");
    }
    const auto body = parsed->find("bodyBase64");
    auto bytes = body != parsed->end() && body->is_string()
                     ? fromBase64(body->get_ref<const std::string&>())
                     : Result<Bytes>(failure(ErrorCode::InvalidInput, {}));
    if (!bytes) {
        return QStringLiteral("'bodyBase64'");
    }
    entry.kind = *std::move(kind);
    entry.receivedAt = *receivedAt;
    entry.body = *std::move(bytes);
    return std::nullopt;
}

/// Of an entry's number whatever else may be wrong with it.
std::optional<std::int64_t> numberOf(std::string_view json)
{
    std::optional<std::int64_t> number;
    bool isOne = true;
    const bool isWhole = sliceJsonObject(json, [&](std::string_view name, std::string_view value) {
        if (name == "seq") {
            isOne = isOne && !number;
            number = sequenceNumber(value);
            return number.has_value();
        }
        return true;
    });
    return isWhole && isOne ? number : std::nullopt;
}

FeedEntry readEntry(std::int64_t seq, std::string_view json)
{
    FeedEntry entry;
    entry.seq = seq;
    if (const auto wrong = readContent(json, entry)) {
        const std::string_view kept = json.size() > entryMaxBytes ? json.substr(0, keptOfLongEntry) : json;
        entry = FeedEntry{seq,
                          std::string(unreadableEntryKind),
                          0,
                          {{std::string(unreadableEntryHeader), wrong->toStdString()}},
                          toBytes(asBytes(kept))};
    }
    return entry;
}

/// The page's members as they stand in the text; entries is cut further.
struct PageSlices
{
    std::optional<std::string_view> entries;
    std::optional<std::string_view> cursor;
    std::optional<std::string_view> feed;
    std::optional<std::string_view> head;
    std::optional<std::string_view> firstSeq;

    std::optional<std::string_view>* named(std::string_view name)
    {
        if (name == "entries") {
            return &entries;
        }
        if (name == "cursor") {
            return &cursor;
        }
        if (name == "feed") {
            return &feed;
        }
        if (name == "head") {
            return &head;
        }
        return name == "firstSeq" ? &firstSeq : nullptr;
    }
};

Result<PageSlices> slicePage(std::string_view json)
{
    PageSlices slices;
    QString wrong;
    const bool isObject = sliceJsonObject(json, [&](std::string_view name, std::string_view value) {
        std::optional<std::string_view>* slice = slices.named(name);
        if (slice == nullptr) {
            return true;
        }
        if (slice->has_value()) {
            wrong = QStringLiteral("a member occurs twice");
            return false;
        }
        *slice = value;
        return true;
    });
    if (!isObject) {
        return brokenAnswer(wrong.isEmpty() ? QStringLiteral("not an object") : wrong);
    }
    return slices;
}

/// A word of the source that is kept and sent back to it; empty where there is none.
Result<std::string> feedWord(const std::optional<std::string_view>& slice, const char* name)
{
    if (!slice || *slice == "null") {
        return std::string();
    }
    const auto isWord = [](char c) { return ascii::isAlphanumeric(c) || c == '-' || c == '_'; };
    const bool quoted = slice->size() > 2 && slice->front() == '"' && slice->back() == '"';
    const std::string_view word = quoted ? slice->substr(1, slice->size() - 2) : std::string_view();
    if (word.empty() || word.size() > maxFeedNameCharacters || !std::ranges::all_of(word, isWord)) {
        return brokenAnswer(QStringLiteral("'%1' is no word").arg(QLatin1String(name)));
    }
    return std::string(word);
}

/// Entries in order and without a gap, but what retention removed before the first.
class EntriesReader
{
public:
    EntriesReader(std::int64_t after, std::optional<std::int64_t> firstSeq, int limit)
        : m_last(after), m_limit(static_cast<std::size_t>(std::max(1, limit)))
    {
        if (firstSeq && *firstSeq > after + 1) {
            m_removed = *firstSeq - 1 - after;
            m_last = *firstSeq - 1;
        }
    }

    Status read(std::string_view json)
    {
        Status wrong;
        const bool isArray = sliceJsonArray(json, [&](std::string_view element) {
            wrong = take(element);
            return wrong.has_value();
        });
        return isArray || !wrong ? wrong : Status(brokenAnswer(QStringLiteral("'entries' is no array")));
    }

    std::vector<FeedEntry> takeEntries() { return std::move(m_entries); }
    /// Of the last entry; where there is none, the number before the first one that may come.
    std::int64_t last() const { return m_last; }
    std::int64_t removed() const { return m_removed; }

private:
    Status take(std::string_view json)
    {
        const auto seq = numberOf(json);
        if (!seq || *seq <= m_last) {
            return brokenAnswer(QStringLiteral("'seq' is missing or not ascending after %1").arg(m_last));
        }
        if (*seq != m_last + 1) {
            return gapInFeed(m_last + 1, *seq - 1);
        }
        if (m_entries.size() >= m_limit) {
            return brokenAnswer(QStringLiteral("more than %1 entries").arg(m_limit));
        }
        m_entries.push_back(readEntry(*seq, json));
        m_last = *seq;
        return {};
    }

    std::int64_t m_last;
    std::int64_t m_removed = 0;
    std::size_t m_limit;
    std::vector<FeedEntry> m_entries;
};

/// One that is absent is nothing; one that is no such number is an error.
Result<std::optional<std::int64_t>> optionalNumber(const std::optional<std::string_view>& slice,
                                                   const char* name)
{
    if (!slice) {
        return std::optional<std::int64_t>();
    }
    auto number = sequenceNumber(*slice);
    if (!number) {
        return brokenAnswer(QStringLiteral("'%1' is no number of an entry").arg(QLatin1String(name)));
    }
    return number;
}

}  // namespace

Result<FeedPage> parseEntriesPage(BytesView json, const FeedPosition& after, int limit)
{
    const std::string_view text = asText(json);
    if (text.size() > entriesPageMaxBytes) {
        return brokenAnswer(QStringLiteral("too long"));
    }
    ASSIGN_OR_RETURN(const auto slices, slicePage(text));
    FeedPage page;
    ASSIGN_OR_RETURN(auto identity, feedWord(slices.feed, "feed"));
    ASSIGN_OR_RETURN(auto history, feedWord(slices.head, "head"));
    page.identity = std::move(identity);
    if (!after.identity.empty() && !page.identity.empty() && page.identity != after.identity) {
        return page;
    }
    ASSIGN_OR_RETURN(const auto cursor, optionalNumber(slices.cursor, "cursor"));
    ASSIGN_OR_RETURN(const auto firstSeq, optionalNumber(slices.firstSeq, "firstSeq"));
    if (!cursor || !slices.entries) {
        return brokenAnswer(QStringLiteral("'entries' or 'cursor' is missing"));
    }
    EntriesReader reader(after.cursor, firstSeq, limit);
    RETURN_IF_ERROR(reader.read(*slices.entries));
    page.removed = reader.removed();
    page.entries = reader.takeEntries();
    page.cursor = page.entries.empty() ? after.cursor : reader.last();
    if (*cursor < page.cursor) {
        return brokenAnswer(QStringLiteral("'cursor' is behind the entries"));
    }
    if (*cursor > std::max(page.cursor, reader.last())) {
        return gapInFeed(std::max(page.cursor, reader.last()) + 1, *cursor);
    }
    if (*cursor == page.cursor) {
        page.history = std::move(history);
    }
    return page;
}

int wholeEntriesIn(BytesView cutJson)
{
    const std::string_view text = asText(cutJson);
    const std::size_t begin = text.find('[', std::min(text.find("\"entries\""), text.size()));
    int whole = 0;
    if (begin != std::string_view::npos) {
        (void)sliceJsonArray(text.substr(begin), [&](std::string_view) { return ++whole > 0; });
    }
    return whole;
}

}  // namespace countersign
