#include "core/search/SearchConditions.h"

#include "core/vault/database/Rows.h"

#include <optional>

namespace countersign {

namespace {

using Value = SearchConditions::Value;

std::optional<std::string> named(const SearchQuery& query, SearchName name)
{
    const auto found = query.named.find(name);
    return found == query.named.end() ? std::nullopt : std::optional(found->second);
}

void addEqual(SearchConditions& conditions, const char* column, const std::optional<std::string>& value)
{
    if (value) {
        conditions.add(std::string(column) + " = ?", {*value});
    }
}

void addTimes(SearchConditions& conditions, const SearchQuery& query, const char* column)
{
    if (query.before) {
        conditions.add(std::string(column) + " < ?", {*query.before});
    }
    if (query.after) {
        conditions.add(std::string(column) + " >= ?", {*query.after});
    }
}

/// Upper and lower case are written as they come: ids are lower case as a rule, and EVM addresses mixed.
constexpr const char* ofUser = "wallet_id IN (SELECT wallet_id FROM wallet WHERE user_id LIKE ? ESCAPE '\\')";
constexpr const char* ofAddress =
    "wallet_id IN (SELECT wallet_id FROM wallet WHERE address LIKE ? ESCAPE '\\')";

}  // namespace

void SearchConditions::add(const std::string& condition, std::vector<Value> values)
{
    m_text += " AND (" + condition + ')';
    for (Value& value : values) {
        m_values.push_back(std::move(value));
    }
}

std::string SearchConditions::text() const
{
    return m_text;
}

std::string SearchConditions::beginsWith(const std::string& column)
{
    return column + " >= ? AND " + column + " < ?";
}

std::vector<Value> SearchConditions::beginning(const std::string& text)
{
    // The first text behind all that begin so: no byte of UTF-8 is 0xff.
    std::string end = text;
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
    return {text, end};
}

Value SearchConditions::contained(const std::string& text)
{
    return containsPattern(text);
}

Value SearchConditions::leading(const std::string& text)
{
    return containsPattern(text).substr(1);
}

void SearchConditions::bind(SQLite::Statement& statement, const std::vector<Value>& values, int first)
{
    for (const Value& value : values) {
        std::visit([&](const auto& content) { statement.bind(first, content); }, value);
        ++first;
    }
}

SearchConditions walletConditions(const SearchQuery& query)
{
    SearchConditions conditions;
    for (const std::string& word : query.words) {
        const Value part = SearchConditions::contained(word);
        conditions.add(
            "address LIKE ? ESCAPE '\\' OR wallet_id LIKE ? ESCAPE '\\' OR user_id LIKE ? ESCAPE '\\'",
            {part, part, part});
    }
    addEqual(conditions, "status", named(query, SearchName::State));
    addEqual(conditions, "health", named(query, SearchName::Health));
    addEqual(conditions, "chain", named(query, SearchName::Chain));
    if (const auto user = named(query, SearchName::User)) {
        conditions.add("user_id LIKE ? ESCAPE '\\'", {SearchConditions::leading(*user)});
    }
    if (const auto wallet = named(query, SearchName::Wallet)) {
        conditions.add("wallet_id LIKE ? ESCAPE '\\'", {SearchConditions::leading(*wallet)});
    }
    if (const auto address = named(query, SearchName::Address)) {
        conditions.add("address LIKE ? ESCAPE '\\'", {SearchConditions::leading(*address)});
    }
    addTimes(conditions, query, "received_at");
    return conditions;
}

SearchConditions jobConditions(const SearchQuery& query)
{
    SearchConditions conditions;
    for (const std::string& word : query.words) {
        std::vector<Value> values;
        std::string condition = "id IN (";
        for (const char* column : {"job_id", "wallet_id", "hash"}) {
            condition += "SELECT id FROM job WHERE " + SearchConditions::beginsWith(column) +
                         (std::string_view(column) == "hash" ? " AND hash <> ''" : "") + " UNION ";
            for (Value& value : SearchConditions::beginning(word)) {
                values.push_back(std::move(value));
            }
        }
        // The index holds both texts, so that no document is read.
        condition +=
            "SELECT id FROM job INDEXED BY job_by_address WHERE address LIKE ? ESCAPE '\\' UNION "
            "SELECT id FROM job INDEXED BY job_by_reason WHERE reason LIKE ? ESCAPE '\\' OR submitter LIKE ? "
            "ESCAPE '\\')";
        values.push_back(SearchConditions::leading(word));
        values.push_back(SearchConditions::contained(word));
        values.push_back(SearchConditions::contained(word));
        conditions.add(condition, std::move(values));
    }
    addEqual(conditions, "state", named(query, SearchName::State));
    addEqual(conditions, "chain", named(query, SearchName::Chain));
    if (const auto reason = named(query, SearchName::Reason)) {
        conditions.add("id IN (SELECT id FROM job INDEXED BY job_by_reason WHERE reason LIKE ? ESCAPE '\\')",
                       {SearchConditions::contained(*reason)});
    }
    if (const auto submitter = named(query, SearchName::Submitter)) {
        conditions.add(
            "id IN (SELECT id FROM job INDEXED BY job_by_reason WHERE submitter LIKE ? ESCAPE '\\')",
            {SearchConditions::contained(*submitter)});
    }
    if (const auto job = named(query, SearchName::Job)) {
        std::vector<Value> values = SearchConditions::beginning(*job);
        for (Value& value : SearchConditions::beginning(*job)) {
            values.push_back(std::move(value));
        }
        conditions.add("id IN (SELECT id FROM job WHERE " + SearchConditions::beginsWith("job_id") +
                           " UNION SELECT id FROM job WHERE " + SearchConditions::beginsWith("hash") +
                           " AND hash <> '')",
                       std::move(values));
    }
    if (const auto wallet = named(query, SearchName::Wallet)) {
        conditions.add(SearchConditions::beginsWith("wallet_id"), SearchConditions::beginning(*wallet));
    }
    if (const auto address = named(query, SearchName::Address)) {
        conditions.add(
            "id IN (SELECT id FROM job INDEXED BY job_by_address WHERE address LIKE ? ESCAPE '\\')",
            {SearchConditions::leading(*address)});
    }
    if (const auto user = named(query, SearchName::User)) {
        conditions.add(ofUser, {SearchConditions::leading(*user)});
    }
    addTimes(conditions, query, "created_at");
    return conditions;
}

SearchConditions revocationConditions(const SearchQuery& query)
{
    SearchConditions conditions;
    for (const std::string& word : query.words) {
        const Value begin = SearchConditions::leading(word);
        conditions.add(
            "r.reason LIKE ? ESCAPE '\\' OR r.revocation_id LIKE ? ESCAPE '\\' OR w.wallet_id LIKE ? ESCAPE "
            "'\\' OR w.address LIKE ? ESCAPE '\\'",
            {SearchConditions::contained(word), begin, begin, begin});
    }
    addEqual(conditions, "w.chain", named(query, SearchName::Chain));
    if (const auto reason = named(query, SearchName::Reason)) {
        conditions.add("r.reason LIKE ? ESCAPE '\\'", {SearchConditions::contained(*reason)});
    }
    if (const auto wallet = named(query, SearchName::Wallet)) {
        conditions.add("w.wallet_id LIKE ? ESCAPE '\\'", {SearchConditions::leading(*wallet)});
    }
    if (const auto address = named(query, SearchName::Address)) {
        conditions.add("w.address LIKE ? ESCAPE '\\'", {SearchConditions::leading(*address)});
    }
    addTimes(conditions, query, "r.started_at");
    return conditions;
}

SearchConditions eventConditions(const SearchQuery& query)
{
    SearchConditions conditions;
    for (const std::string& word : query.words) {
        const Value begin = SearchConditions::leading(word);
        conditions.add(
            std::string("event_id LIKE ? ESCAPE '\\' OR message_id LIKE ? ESCAPE '\\' OR wallet_id "
                        "LIKE ? ESCAPE '\\' OR user_id LIKE ? ESCAPE '\\' OR event_name LIKE ? "
                        "ESCAPE '\\' OR ") +
                ofAddress,
            {begin, begin, begin, begin, begin, begin});
    }
    addEqual(conditions, "verdict", named(query, SearchName::Verdict));
    if (const auto event = named(query, SearchName::Event)) {
        const Value begin = SearchConditions::leading(*event);
        conditions.add("event_name LIKE ? ESCAPE '\\' OR event_id LIKE ? ESCAPE '\\'", {begin, begin});
    }
    if (const auto user = named(query, SearchName::User)) {
        conditions.add("user_id LIKE ? ESCAPE '\\'", {SearchConditions::leading(*user)});
    }
    if (const auto wallet = named(query, SearchName::Wallet)) {
        conditions.add("wallet_id LIKE ? ESCAPE '\\'", {SearchConditions::leading(*wallet)});
    }
    if (const auto address = named(query, SearchName::Address)) {
        conditions.add(ofAddress, {SearchConditions::leading(*address)});
    }
    addTimes(conditions, query, "received_at");
    return conditions;
}

SearchConditions recordConditions(const SearchQuery& query)
{
    SearchConditions conditions;
    for (const std::string& word : query.words) {
        const Value part = SearchConditions::contained(word);
        conditions.add("kind LIKE ? ESCAPE '\\' OR subject LIKE ? ESCAPE '\\' OR detail LIKE ? ESCAPE '\\'",
                       {part, part, part});
    }
    // An entry about one of these has its id as its subject.
    for (const SearchName name : {SearchName::Wallet, SearchName::Job}) {
        if (const auto subject = named(query, name)) {
            conditions.add("subject LIKE ? ESCAPE '\\'", {SearchConditions::leading(*subject)});
        }
    }
    addTimes(conditions, query, "at");
    return conditions;
}

}  // namespace countersign
