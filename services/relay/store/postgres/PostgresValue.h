#pragma once

#include "core/base/Bytes.h"

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace countersign::relay {

/// One parameter of a statement in PostgreSQL's binary form, so that bytes need no escaping and numbers no
/// parsing. Texts and bytes are referred to and must live until the statement has been sent.
class PostgresValue
{
public:
    static PostgresValue null(Oid type) { return {type, nullptr, 0}; }
    static PostgresValue text(std::string_view text) { return {textType, orEmpty(text), text.size()}; }
    static PostgresValue bytes(std::string_view bytes) { return {bytesType, orEmpty(bytes), bytes.size()}; }
    static PostgresValue bytes(BytesView bytes) { return PostgresValue::bytes(asText(bytes)); }
    static PostgresValue flag(bool flag)
    {
        PostgresValue value(boolType, nullptr, 1);
        value.m_inPlace[0] = flag ? 1 : 0;
        value.m_isInPlace = true;
        return value;
    }
    static PostgresValue number(std::int64_t number)
    {
        PostgresValue value(numberType, nullptr, sizeof number);
        for (std::size_t i = 0; i < sizeof number; ++i) {
            value.m_inPlace[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (56 - 8 * i));
        }
        value.m_isInPlace = true;
        return value;
    }

    Oid type() const { return m_type; }
    /// Null for NULL.
    const char* data() const { return m_isInPlace ? m_inPlace.data() : m_data; }
    int size() const { return static_cast<int>(m_size); }

    // src/include/catalog/pg_type.dat: fixed for ever.
    static constexpr Oid boolType = 16;
    static constexpr Oid bytesType = 17;
    static constexpr Oid numberType = 20;  ///< int8
    static constexpr Oid textType = 25;

private:
    PostgresValue(Oid type, const char* data, std::size_t size) : m_type(type), m_data(data), m_size(size) {}
    /// A null pointer would be NULL; an empty body is an empty body.
    static const char* orEmpty(std::string_view text) { return text.empty() ? "" : text.data(); }

    Oid m_type;
    const char* m_data;
    std::size_t m_size;
    std::array<char, 8> m_inPlace{};
    bool m_isInPlace = false;
};

/// A statement's result, read by row and column without ever reading past a value. All columns come in binary
/// form; a wrong type or a row that is not there reads as 0, false or empty.
class PostgresRows
{
public:
    PostgresRows() = default;
    explicit PostgresRows(PGresult* result) : m_result(result, &PQclear) {}

    int size() const { return m_result ? PQntuples(m_result.get()) : 0; }
    bool isEmpty() const { return size() == 0; }
    /// Rows that an INSERT, UPDATE or DELETE changed are those that it RETURNs.
    std::string_view tag() const
    {
        return m_result ? std::string_view(PQcmdStatus(m_result.get())) : std::string_view();
    }

    bool isNull(int row, int column) const { return !has(row, column); }
    /// Of int4 and int8.
    std::int64_t number(int row, int column) const
    {
        const std::string_view bytes = view(row, column);
        if (bytes.size() != 4 && bytes.size() != 8) {
            return 0;
        }
        std::uint64_t value = 0;
        for (const char byte : bytes) {
            value = value << 8 | static_cast<std::uint8_t>(byte);
        }
        return bytes.size() == 8 ? static_cast<std::int64_t>(value)
                                 : static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
    }
    bool flag(int row, int column) const
    {
        const std::string_view bytes = view(row, column);
        return bytes.size() == 1 && bytes.front() != 0;
    }
    std::string text(int row, int column) const { return std::string(view(row, column)); }
    /// Valid as long as these rows are.
    std::string_view view(int row, int column) const
    {
        if (!has(row, column)) {
            return {};
        }
        return {PQgetvalue(m_result.get(), row, column),
                static_cast<std::size_t>(PQgetlength(m_result.get(), row, column))};
    }

private:
    bool has(int row, int column) const
    {
        return m_result && row < size() && column < PQnfields(m_result.get()) &&
               PQgetisnull(m_result.get(), row, column) == 0;
    }

    std::unique_ptr<PGresult, decltype(&PQclear)> m_result{nullptr, &PQclear};
};

}  // namespace countersign::relay
