#include "services/http/connection/ConnectionLedger.h"

#include "services/http/connection/HttpConnection.h"

#include <utility>

namespace countersign::http {

ConnectionLedger::Room ConnectionLedger::makeRoom(const std::string& address)
{
    const auto ofAddress = address.empty() ? m_perAddress.end() : m_perAddress.find(address);
    if (ofAddress != m_perAddress.end() && ofAddress->second >= m_limits.perAddress) {
        return letLongestWaitingGo(&address);
    }
    if (m_taken >= m_limits.connections) {
        return letLongestWaitingGo(nullptr);
    }
    return {true, nullptr};
}

ConnectionLedger::Room ConnectionLedger::letLongestWaitingGo(const std::string* address)
{
    Entry* longest = nullptr;
    std::int64_t since = 0;
    for (auto& [key, entry] : m_entries) {
        const std::int64_t waiting = entry.place->waitingSince();
        const bool eligible = !entry.gaveWay && waiting != 0 && (!address || entry.address == *address);
        if (eligible && (longest == nullptr || waiting < since)) {
            longest = &entry;
            since = waiting;
        }
    }
    if (longest == nullptr) {
        return {};
    }
    longest->gaveWay = true;
    release(*longest);
    return {true, longest->connection.lock()};
}

void ConnectionLedger::add(const std::shared_ptr<HttpConnection>& connection, std::string address)
{
    if (!address.empty()) {
        ++m_perAddress[address];
    }
    ++m_taken;
    m_entries.insert_or_assign(connection.get(),
                               Entry{connection, connection->place(), std::move(address), false});
}

void ConnectionLedger::remove(const HttpConnection* connection)
{
    const auto found = m_entries.find(connection);
    if (found == m_entries.end()) {
        return;
    }
    if (!found->second.gaveWay) {
        release(found->second);
    }
    m_entries.erase(found);
}

void ConnectionLedger::release(Entry& entry)
{
    --m_taken;
    const auto counted = m_perAddress.find(entry.address);
    if (counted != m_perAddress.end() && --counted->second == 0) {
        m_perAddress.erase(counted);
    }
}

std::vector<std::shared_ptr<HttpConnection>> ConnectionLedger::connections() const
{
    std::vector<std::shared_ptr<HttpConnection>> all;
    all.reserve(m_entries.size());
    for (const auto& [key, entry] : m_entries) {
        if (auto connection = entry.connection.lock()) {
            all.push_back(std::move(connection));
        }
    }
    return all;
}

}  // namespace countersign::http
