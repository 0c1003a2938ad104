#include "core/search/SearchQuery.h"

#include "core/base/text/Ascii.h"
#include "core/base/text/SanitizedText.h"
#include "core/base/text/Utf8.h"
#include "core/delegation/Wallet.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "core/signing/job/Job.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <set>

namespace countersign {

namespace {

struct SearchQueryText
{
    Q_DECLARE_TR_FUNCTIONS(SearchQueryText)
};

using Group = SearchGroup;
using Name = SearchName;

struct NameRow
{
    SearchName name;
    std::string_view text;
    std::set<SearchGroup> groups;  ///< for which it means something
};

const std::vector<NameRow>& nameRows()
{
    static const std::vector<NameRow> rows = {
        {Name::State, "status", {Group::Wallets, Group::Jobs}},
        {Name::Health, "health", {Group::Wallets}},
        {Name::Chain, "chain", {Group::Wallets, Group::Jobs, Group::Revocations}},
        {Name::Kind, "kind", {Group::Wallets, Group::Jobs, Group::Events, Group::Revocations, Group::Record}},
        {Name::Reason, "reason", {Group::Jobs, Group::Revocations}},
        {Name::User, "user", {Group::Wallets, Group::Jobs, Group::Events}},
        {Name::Wallet,
         "wallet",
         {Group::Wallets, Group::Jobs, Group::Events, Group::Revocations, Group::Record}},
        {Name::Address, "address", {Group::Wallets, Group::Jobs, Group::Events, Group::Revocations}},
        {Name::Event, "event", {Group::Events}},
        {Name::Job, "job", {Group::Jobs, Group::Record}},
        {Name::Submitter, "submitter", {Group::Jobs}},
        {Name::Verdict, "verdict", {Group::Events}},
        {Name::Before,
         "before",
         {Group::Wallets, Group::Jobs, Group::Events, Group::Revocations, Group::Record}},
        {Name::After,
         "after",
         {Group::Wallets, Group::Jobs, Group::Events, Group::Revocations, Group::Record}},
    };
    return rows;
}

constexpr std::array<std::string_view, 5> groupTexts = {"wallet", "job", "event", "revocation", "record"};
constexpr qsizetype shownTermCharacters = 40;

QString shownTerm(std::string_view text)
{
    return sanitizedText(text, shownTermCharacters);
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

/// One term as it stands in the text.
struct Term
{
    std::size_t at = 0;  ///< byte of its beginning
    std::string name;    ///< empty: a word
    std::string value;
};

/// Cuts the text into terms.
class Terms
{
public:
    explicit Terms(std::string_view text) : m_text(text) {}

    Result<std::vector<Term>> cut()
    {
        std::vector<Term> terms;
        for (;;) {
            while (m_at < m_text.size() && isBlank(m_text[m_at])) {
                ++m_at;
            }
            if (m_at == m_text.size()) {
                return terms;
            }
            if (terms.size() == SearchQuery::maxTerms) {
                return failure(
                    ErrorCode::InvalidInput,
                    SearchQueryText::tr("These are more than %1 words.").arg(SearchQuery::maxTerms));
            }
            ASSIGN_OR_RETURN(auto term, next());
            terms.push_back(std::move(term));
        }
    }

private:
    Result<Term> next()
    {
        Term term;
        term.at = m_at;
        std::size_t end = m_at;
        while (end < m_text.size() && m_text[end] >= 'a' && m_text[end] <= 'z') {
            ++end;
        }
        if (end > m_at && end < m_text.size() && m_text[end] == ':') {
            term.name = m_text.substr(m_at, end - m_at);
            m_at = end + 1;
        }
        ASSIGN_OR_RETURN(term.value, value());
        return term;
    }

    Result<std::string> value()
    {
        if (m_at < m_text.size() && m_text[m_at] == '"') {
            const std::size_t close = m_text.find('"', m_at + 1);
            if (close == std::string_view::npos) {
                return failure(
                    ErrorCode::InvalidInput,
                    SearchQueryText::tr("The quotation mark at character %1 is not closed.").arg(m_at + 1));
            }
            if (close + 1 < m_text.size() && !isBlank(m_text[close + 1])) {
                return failure(
                    ErrorCode::InvalidInput,
                    SearchQueryText::tr("A blank is missing behind the quotation mark at character %1.")
                        .arg(close + 1));
            }
            std::string quoted(m_text.substr(m_at + 1, close - m_at - 1));
            m_at = close + 1;
            return quoted;
        }
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && !isBlank(m_text[m_at]) && m_text[m_at] != '"') {
            ++m_at;
        }
        if (m_at < m_text.size() && m_text[m_at] == '"') {
            return failure(
                ErrorCode::InvalidInput,
                SearchQueryText::tr("A quotation mark stands inside a word, at character %1.").arg(m_at + 1));
        }
        return std::string(m_text.substr(begin, m_at - begin));
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

std::optional<UnixMillis> timeFrom(const std::string& value)
{
    return value.size() == 10 ? fromIso8601(value + "T00:00:00Z") : fromIso8601(value);
}

/// The value as it is stored, or nothing when the name does not take it.
std::optional<std::string> storedValue(SearchName name, const std::string& value)
{
    const std::string lower = ascii::lowered(value);
    const auto given = [&](bool isKnown) { return isKnown ? std::optional(lower) : std::nullopt; };
    switch (name) {
        case Name::State:
            return given(walletStatusFrom(lower) || jobStateFrom(lower));
        case Name::Health:
            return given(walletHealthFrom(lower).has_value());
        case Name::Verdict:
            return given(verdictFrom(lower).has_value());
        case Name::Kind:
            return given(std::ranges::find(groupTexts, lower) != groupTexts.end());
        case Name::Chain:
            return chainFrom(value);
        default:
            return value;
    }
}

Status takeNamed(const Term& term, SearchQuery& query)
{
    const auto row = std::ranges::find(nameRows(), term.name, &NameRow::text);
    if (row == nameRows().end()) {
        return failure(ErrorCode::InvalidInput,
                       SearchQueryText::tr("“%1:” is not known. Put it in quotation marks to search for it.")
                           .arg(shownTerm(term.name)));
    }
    if (term.value.empty()) {
        return failure(ErrorCode::InvalidInput,
                       SearchQueryText::tr("“%1:” has no value.").arg(shownTerm(term.name)));
    }
    const auto mistaken = [&] {
        return failure(ErrorCode::InvalidInput, SearchQueryText::tr("“%1:” does not take “%2”.")
                                                    .arg(shownTerm(term.name), shownTerm(term.value)));
    };
    const bool isTwice = query.named.contains(row->name) || (row->name == Name::Before && query.before) ||
                         (row->name == Name::After && query.after);
    if (isTwice) {
        return failure(ErrorCode::InvalidInput,
                       SearchQueryText::tr("“%1:” stands twice.").arg(shownTerm(term.name)));
    }
    if (row->name == Name::Before || row->name == Name::After) {
        const auto time = timeFrom(term.value);
        if (!time) {
            return mistaken();
        }
        (row->name == Name::Before ? query.before : query.after) = time;
        return {};
    }
    auto value = storedValue(row->name, term.value);
    if (!value) {
        return mistaken();
    }
    query.named[row->name] = *std::move(value);
    return {};
}

}  // namespace

std::string_view toText(SearchGroup group)
{
    return groupTexts.at(static_cast<std::size_t>(group));
}

std::string_view toText(SearchName name)
{
    return std::ranges::find(nameRows(), name, &NameRow::name)->text;
}

Result<SearchQuery> SearchQuery::parse(std::string_view text)
{
    if (text.size() > maxBytes) {
        return failure(ErrorCode::InvalidInput,
                       SearchQueryText::tr("The search is longer than %1 bytes.").arg(maxBytes));
    }
    if (!textFromUtf8(std::string(text)) ||
        std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; })) {
        return failure(ErrorCode::InvalidInput,
                       SearchQueryText::tr("The search holds characters that nobody can see."));
    }
    ASSIGN_OR_RETURN(const auto terms, Terms(text).cut());
    SearchQuery query;
    for (const Term& term : terms) {
        if (!term.name.empty()) {
            RETURN_IF_ERROR(takeNamed(term, query));
        } else if (!term.value.empty()) {
            query.words.push_back(term.value);
        }
    }
    return query;
}

bool SearchQuery::concerns(SearchGroup group) const
{
    for (const auto& [name, value] : named) {
        if (!std::ranges::find(nameRows(), name, &NameRow::name)->groups.contains(group)) {
            return false;
        }
    }
    if (const auto kind = named.find(Name::Kind); kind != named.end() && kind->second != toText(group)) {
        return false;
    }
    const auto status = named.find(Name::State);
    if (status == named.end()) {
        return true;
    }
    return group == Group::Wallets ? walletStatusFrom(status->second).has_value()
                                   : jobStateFrom(status->second).has_value();
}

}  // namespace countersign
