#include "services/sandbox/signing/SigningApi.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "services/sandbox/api/ApiAnswers.h"
#include "services/sandbox/api/SandboxJson.h"

#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace countersign::sandbox {

namespace {

/// Long enough that the parts of a split character arrive apart.
constexpr auto splitPause = std::chrono::milliseconds(100);

http::HttpResponse streamResponse(std::shared_ptr<http::Outbox> events)
{
    http::HttpResponse response;
    response.headers.set("content-type", "text/event-stream");
    response.headers.set("cache-control", "no-cache");
    response.stream = std::move(events);
    return response;
}

std::shared_ptr<http::Outbox> eventStream()
{
    http::Outbox::Options options;
    options.maxDuration = std::chrono::milliseconds(SigningRooms::lifetime);
    options.lastWords = eventText("error", Json{{"error", "Nobody came into the room in time."}});
    return std::make_shared<http::Outbox>(std::move(options));
}

Json roomData(const SigningRoom& room)
{
    return Json{{"roomId", room.roomId}, {"walletId", room.walletId}};
}

std::string withCrlf(const std::string& event)
{
    std::string text = ": a comment\r\n";
    for (const char c : event) {
        text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    }
    return text;
}

}  // namespace

SigningApi::SigningApi(Sandbox& sandbox, SigningRooms& rooms, Faults& faults,
                       boost::asio::any_io_executor executor)
    : m_sandbox(sandbox), m_rooms(rooms), m_faults(faults), m_executor(std::move(executor))
{}

http::HttpResponse SigningApi::answer(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    if (path.size() == 6 && path[5] == "verifyApiKey") {
        return request.method == "POST"
                   ? http::jsonResponse(200, Json{{"environmentId", path[3]}, {"verified", true}})
                   : wrongMethod("POST");
    }
    if (path.size() == 6) {
        return request.method == "GET" ? lookUp(path[5]) : wrongMethod("GET, HEAD");
    }
    if (path.size() == 8 && path[6] == "delegatedAccess" && path[7] == "signMessage") {
        return request.method == "POST" ? signMessage(request, path[5]) : wrongMethod("POST");
    }
    return unknownRoute();
}

http::HttpResponse SigningApi::lookUp(const std::string& walletId)
{
    const auto found = m_sandbox.signingWallet(walletId);
    if (!found) {
        return errorResponse(found.error());
    }
    if (!found->has_value() || (*found)->settings.isHidden) {
        return errorResponse(404, "There is no such wallet.");
    }
    return http::jsonResponse(200, Json{{"wallet", waasWalletJson(**found)}});
}

http::HttpResponse SigningApi::signMessage(const http::HttpRequest& request, const std::string& walletId)
{
    const auto found = m_sandbox.signingWallet(walletId);
    if (!found) {
        return errorResponse(found.error());
    }
    if (!found->has_value()) {
        return errorResponse(404, "There is no such wallet.");
    }
    const auto& [wallet, active, settings] = **found;
    const bool isOneKey = request.headers.count("x-dyn-wallet-api-key") == 1;
    const std::string_view key = request.headers.first("x-dyn-wallet-api-key");
    if (!active || !isOneKey || !active->walletApiKey.equals(asBytes(key))) {
        return errorResponse(403, "The wallet API key is missing, wrong, or its delegation has ended.");
    }
    const Result<SignMessageRequest> asked = parseSignMessageRequest(request.body);
    if (!asked) {
        return errorResponse(asked.error());
    }
    if (asked->shareSetId && *asked->shareSetId != active->shareSetId) {
        return http::jsonResponse(422, Json{{"error", "The share set is not the wallet's active one."},
                                            {"code", "share_set_id_required"}});
    }
    Result<Bytes> toSign = bytesToSign(wallet.chain, *asked);
    const Result<SigningPolicy> policy = m_sandbox.policy();
    if (!toSign || !policy) {
        return errorResponse(toSign ? policy.error() : toSign.error());
    }
    const auto judged = policy->judge(wallet.chain, asked->context, asked->message);
    if (!judged) {
        return errorResponse(judged.error());
    }
    if (judged->has_value()) {
        return refuseByPolicy(wallet, **judged);
    }
    SigningRoom room;
    room.walletId = walletId;
    room.shareSetId = active->shareSetId;
    room.digest = digestName(wallet.chain, *toSign);
    room.toSign = std::move(*toSign);
    room.context = asked->context;
    const std::optional<SigningFault> fault = m_faults.takeSigning();
    return fault ? faultyRoom(*fault, std::move(room)) : openRoom(std::move(room));
}

http::HttpResponse SigningApi::refuseByPolicy(const Wallet& wallet, const PolicyRefusal& refusal)
{
    const Status reported = m_sandbox.reportViolation(wallet, refusal);
    return reported ? errorResponse(403, refusal.errorMessage) : errorResponse(reported.error());
}

http::HttpResponse SigningApi::openRoom(SigningRoom room)
{
    room.events = eventStream();
    const SigningRoom opened = m_rooms.open(std::move(room));
    opened.events->put(eventText("room_created", roomData(opened)));
    return streamResponse(opened.events);
}

http::HttpResponse SigningApi::faultyRoom(SigningFault fault, SigningRoom room)
{
    const std::shared_ptr<http::Outbox> events = eventStream();
    const Json error{{"error", "A fault was asked for."}, {"code", "wallet_service_connection_error"}};
    const auto opened = [&](bool withStream) {
        room.events = withStream ? events : nullptr;
        return m_rooms.open(std::move(room));
    };
    const auto created = [&](bool withStream) {
        return eventText("room_created", roomData(opened(withStream)));
    };
    switch (fault) {
        case SigningFault::Http500:
            return errorResponse(500, "A fault was asked for.");
        case SigningFault::Http429:
            return rateLimited();
        case SigningFault::PlainJson:
            return http::jsonResponse(200, roomData(opened(false)));
        case SigningFault::Silence:
            break;
        case SigningFault::EndWithoutEvent:
            events->finish();
            break;
        case SigningFault::ErrorEvent:
            events->put(eventText("error", error));
            events->finish();
            break;
        case SigningFault::ErrorAfterRoom: {
            const SigningRoom dead = opened(true);
            events->put(eventText("room_created", roomData(dead)));
            m_rooms.fail(dead.roomId, error);
            break;
        }
        case SigningFault::HalfEvent: {
            const std::string event = created(false);
            events->put(event.substr(0, event.size() - 1));
            events->finish();
            break;
        }
        case SigningFault::Drop: {
            const std::string event = created(false);
            events->put(event.substr(0, event.size() / 2));
            events->cut();
            break;
        }
        case SigningFault::Crlf:
            events->put(withCrlf(created(true)));
            break;
        case SigningFault::SplitUtf8: {
            const SigningRoom split = opened(true);
            Json data = roomData(split);
            data["note"] = "\xE2\x82\xAC";  // the euro sign: three bytes
            const std::string event = eventText("room_created", data);
            const std::size_t at = event.find('\xE2') + 1;
            events->put(event.substr(0, at));
            const auto timer = std::make_shared<boost::asio::steady_timer>(m_executor, splitPause);
            timer->async_wait(
                [timer, events, rest = event.substr(at)](const boost::system::error_code& cancelled) {
                    if (!cancelled) {
                        events->put(rest);
                    }
                });
            break;
        }
    }
    return streamResponse(events);
}

http::HttpResponse SigningApi::control(const http::HttpRequest& request, const std::string& name)
{
    if (name == "faults") {
        return faults(request);
    }
    if (name == "policy") {
        return policy(request);
    }
    if (name == "rooms") {
        return request.method == "GET" ? rooms() : wrongMethod("GET, HEAD");
    }
    if (name == "signatures") {
        return request.method == "GET" ? signatures() : wrongMethod("GET, HEAD");
    }
    return unknownRoute();
}

http::HttpResponse SigningApi::faults(const http::HttpRequest& request)
{
    if (request.method == "PUT") {
        if (const Status set = m_faults.set(request.body); !set) {
            return errorResponse(set.error());
        }
    } else if (request.method != "GET") {
        return wrongMethod("GET, HEAD, PUT");
    }
    return http::jsonResponse(200, m_faults.toJson());
}

http::HttpResponse SigningApi::policy(const http::HttpRequest& request)
{
    if (request.method == "PUT") {
        const Result<SigningPolicy> policy = SigningPolicy::parse(request.body);
        const Status kept = policy ? m_sandbox.setPolicy(*policy) : Status(failure(policy.error()));
        if (!kept) {
            return errorResponse(kept.error());
        }
    } else if (request.method != "GET") {
        return wrongMethod("GET, HEAD, PUT");
    }
    const Result<SigningPolicy> policy = m_sandbox.policy();
    return policy ? http::jsonResponse(200, policy->toJson()) : errorResponse(policy.error());
}

http::HttpResponse SigningApi::rooms() const
{
    Json list = Json::array();
    for (const SigningRoom& room : m_rooms.all()) {
        list.push_back(roomJson(room));
    }
    return http::jsonResponse(200, list);
}

http::HttpResponse SigningApi::signatures()
{
    const Result<std::vector<SignatureRecord>> records = m_sandbox.signatures();
    if (!records) {
        return errorResponse(records.error());
    }
    Json list = Json::array();
    for (const SignatureRecord& record : *records) {
        list.push_back(signatureJson(record));
    }
    return http::jsonResponse(200, list);
}

}  // namespace countersign::sandbox
