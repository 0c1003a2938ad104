#include "services/sandbox/api/RevocationCalls.h"

#include "services/sandbox/api/ApiAnswers.h"
#include "services/sandbox/signing/SigningRequests.h"

#include <chrono>
#include <thread>

namespace countersign::sandbox {

namespace {

constexpr std::chrono::seconds revocationDelay{3};

http::HttpResponse noContent()
{
    http::HttpResponse response;
    response.status = 204;
    return response;
}

/// What a fault answers in place of everything; nothing for those that do more than that.
std::optional<http::HttpResponse> plainFault(RevocationFault fault)
{
    switch (fault) {
        case RevocationFault::Http401:
            return errorResponse(401, "A fault was asked for.");
        case RevocationFault::Http403:
            return errorResponse(403, "A fault was asked for.");
        case RevocationFault::Http404:
            return errorResponse(404, "A fault was asked for.");
        case RevocationFault::Http422:
            return errorResponse(422, "A fault was asked for.");
        case RevocationFault::Http429:
            return rateLimited();
        case RevocationFault::Http500:
            return errorResponse(500, "A fault was asked for.");
        case RevocationFault::Drop:
            return cutOff();
        default:
            return std::nullopt;
    }
}

}  // namespace

http::HttpResponse RevocationCalls::revokeOne(const std::string& walletId,
                                              const std::optional<std::string>& shareSetId)
{
    const auto fault = m_faults.takeRevocation(false);
    if (auto answer = fault ? plainFault(*fault) : std::nullopt) {
        return *std::move(answer);
    }
    const Status revoked = m_sandbox.revoke(walletId, shareSetId);
    if (fault == RevocationFault::LostAnswer) {
        return cutOff();
    }
    if (fault == RevocationFault::Delay) {
        std::this_thread::sleep_for(revocationDelay);
    }
    return revoked ? noContent() : errorResponse(revoked.error());
}

http::HttpResponse RevocationCalls::revokeMany(const http::HttpRequest& request)
{
    const Result<std::vector<std::string>> ids = parseBulkRevocation(request.body);
    if (!ids) {
        return errorResponse(ids.error());
    }
    if (const auto fault = m_faults.takeRevocation(true)) {
        return faultyMany(*fault, *ids);
    }
    return bulkAnswer(revokeEach(*ids));
}

Json RevocationCalls::revokeEach(const std::vector<std::string>& walletIds)
{
    Json results = Json::array();
    for (const std::string& id : walletIds) {
        const Status revoked = m_sandbox.revoke(id);
        Json result{{"walletId", id}, {"success", revoked.has_value()}};
        if (!revoked) {
            result["error"] = revoked.error().sentence.toStdString();
        }
        results.push_back(std::move(result));
    }
    return results;
}

http::HttpResponse RevocationCalls::bulkAnswer(const Json& results) const
{
    std::size_t succeeded = 0;
    for (const Json& result : results) {
        succeeded += result["success"].get<bool>() ? 1 : 0;
    }
    return http::jsonResponse(200, Json{{"results", results},
                                        {"total", results.size()},
                                        {"succeeded", succeeded},
                                        {"failed", results.size() - succeeded}});
}

http::HttpResponse RevocationCalls::faultyMany(RevocationFault fault,
                                               const std::vector<std::string>& walletIds)
{
    if (auto answer = plainFault(fault)) {
        return *std::move(answer);
    }
    if (fault == RevocationFault::OnlyFailed || fault == RevocationFault::SaysNotFound) {
        Json results = Json::array();
        for (const std::string& id : walletIds) {
            results.push_back({{"walletId", id},
                               {"success", false},
                               {"error", fault == RevocationFault::OnlyFailed ? "failed" : "not found"}});
        }
        return bulkAnswer(results);
    }
    Json results = revokeEach(walletIds);
    if (fault == RevocationFault::LostAnswer) {
        return cutOff();
    }
    if (fault == RevocationFault::NotJson) {
        http::HttpResponse response;
        response.status = 200;
        response.headers.set("content-type", "application/json");
        response.body = "{\"results\": [";
        return response;
    }
    if (fault == RevocationFault::Delay) {
        std::this_thread::sleep_for(revocationDelay);
    }
    if (fault == RevocationFault::LeaveOut) {
        Json kept = Json::array();
        for (std::size_t i = 0; i < results.size(); i += 2) {
            kept.push_back(results[i]);
        }
        results = std::move(kept);
    }
    return bulkAnswer(results);
}

}  // namespace countersign::sandbox
