#include "services/relay/service/RelayService.h"

#include "core/crypto/envelopes/WebhookSignature.h"
#include "services/http/message/Problem.h"

#include <QLoggingCategory>

#include <boost/asio/this_coro.hpp>

namespace countersign::relay {

namespace {

namespace asio = boost::asio;

Q_LOGGING_CATEGORY(logRelay, "countersign.relay")

/// How long one look at the disk answers /readyz for everybody.
constexpr UnixMillis readyMillis = 1000;

/// With exactly one signature header and a known secret; the relay never refuses by signature, it only sorts.
bool isSigned(const http::HttpRequest& request, const SecretBytes& secret)
{
    if (secret.isEmpty() || request.headers.count(webhookSignatureHeader) != 1) {
        return false;
    }
    return verifyWebhook(request.headers.first(webhookSignatureHeader), asBytes(request.body),
                         std::span<const SecretBytes>(&secret, 1))
        .isValid();
}

http::HttpResponse okText()
{
    return http::textResponse(200, "ok\n");
}

}  // namespace

Result<std::unique_ptr<RelayService>> RelayService::open(Options options, const StoreOpener& openStore,
                                                         const Clock& clock)
{
    ASSIGN_OR_RETURN(auto writing, openStore());
    ASSIGN_OR_RETURN(auto reading, openStore());
    ASSIGN_OR_RETURN(auto contents, reading->directory());
    return std::unique_ptr<RelayService>(new RelayService(std::move(options), clock, std::move(writing),
                                                          std::move(reading), std::move(contents)));
}

RelayService::RelayService(Options options, const Clock& clock, std::unique_ptr<RelayStore> writing,
                           std::unique_ptr<RelayStore> reading, DirectoryContents contents)
    : m_options(std::move(options)),
      m_clock(clock),
      m_unverified(m_options.unverified),
      m_failures(m_options.failures),
      m_jobChanges(m_options.jobChanges),
      m_directory(std::make_shared<const RelayDirectory>(std::move(contents))),
      m_sharedReads(m_reader, m_signals),
      m_committer(std::move(writing), m_options.queue, m_metrics,
                  [this](std::span<const InboxId> inboxes) {
                      InboxId last = 0;
                      for (const InboxId inbox : inboxes) {
                          if (inbox != last) {
                              m_signals->wake(inbox);
                              last = inbox;
                          }
                      }
                  }),
      m_reader(std::move(reading), m_options.directoryInterval, [this](RelayStore& store) { tick(store); })
{
    if (m_options.posts) {
        m_posts.emplace(*m_options.posts);
    }
}

RelayService::~RelayService()
{
    m_committer.run([this](RelayStore& store) { writePositions(store); });
}

void RelayService::beginStop()
{
    m_signals->stop();
}

asio::awaitable<http::HttpResponse> RelayService::handle(http::HttpRequest request)
{
    RelayRoute route = routeRelayRequest(request);
    switch (route.kind) {
        case RelayRoute::Kind::Deliver:
            co_return co_await deliver(std::move(request), std::move(route.inbox));
        case RelayRoute::Kind::Entries:
            co_return co_await readEntries(std::move(request), std::move(route.inbox));
        case RelayRoute::Kind::SubmitJob:
            co_return co_await submitJob(std::move(request), std::move(route.inbox));
        case RelayRoute::Kind::ShowJob:
            co_return co_await showJob(std::move(request), std::move(route));
        case RelayRoute::Kind::ClaimJob:
            co_return co_await claimJob(std::move(request), std::move(route));
        case RelayRoute::Kind::JobEvent:
            co_return co_await recordJobEvent(std::move(request), std::move(route));
        case RelayRoute::Kind::WithdrawJob:
            co_return co_await withdrawJob(std::move(request), std::move(route));
        case RelayRoute::Kind::Approval:
            co_return co_await addApproval(std::move(request), std::move(route));
        case RelayRoute::Kind::Statement:
            co_return co_await addStatement(std::move(request), std::move(route.inbox));
        case RelayRoute::Kind::Ready:
            co_return co_await readiness();
        case RelayRoute::Kind::Health:
            co_return okText();
        case RelayRoute::Kind::Metrics:
            co_return metrics(request);
        case RelayRoute::Kind::MethodNotAllowed:
            m_metrics.refused(Refusal::BadRequest);
            co_return http::methodNotAllowed(route.allowed);
        case RelayRoute::Kind::NotFound:
            break;
    }
    co_return refuse(Refusal::NotFound, 404, "There is nothing at this address.");
}

asio::awaitable<http::HttpResponse> RelayService::deliver(http::HttpRequest request, std::string inboxName)
{
    const DirectoryPointer known = co_await directoryFor(request, inboxName, false);
    if (!known) {
        co_return refuseForNow(Refusal::RateLimited, 429, retryStore,
                               "Too many requests for unknown inboxes.");
    }
    const DirectoryContents::Inbox* const inbox = known->findInbox(inboxName);
    if (inbox == nullptr) {
        co_return refuse(Refusal::UnknownInbox, 404, "There is no such inbox.");
    }
    const bool isSecretKnown = !inbox->webhookSecret.isEmpty();
    const bool verified = isSigned(request, inbox->webhookSecret);
    if (const auto wait = verified ? std::nullopt : limitPost(request, isSecretKnown)) {
        co_return refuseForNow(Refusal::RateLimited, 429, *wait,
                               isSecretKnown ? "Too many deliveries without a valid signature."
                                             : "Too many deliveries from this address.");
    }
    NewEntry entry;
    entry.inbox = inbox->id;
    entry.receivedAt = m_clock.now();
    entry.verified = verified;
    entry.headersJson = selectedHeadersJson(request.headers);
    entry.body = std::move(request.body);
    entry.quota = m_options.feedQuota;
    if (!isSecretKnown) {
        entry.quota.strangerBytes = entry.quota.signedBytes;
    }
    // The callback gets the refusal of a full queue too, so that the coroutine always goes on.
    auto submit = [this, &entry](GroupCommitter::Done done) {
        if (!m_committer.submit(std::move(entry), done)) {
            done(failure(ErrorCode::Busy, {}));
        }
    };
    const Result<std::int64_t> seq = co_await awaitCallback<Result<std::int64_t>>(submit);
    if (seq) {
        m_metrics.accepted(verified);
        co_return http::jsonResponse(200, {{"stored", true}});
    }
    co_return refuseDelivery(seq.error());
}

std::optional<std::chrono::seconds> RelayService::limitPost(const http::HttpRequest& request,
                                                            bool isSecretKnown)
{
    const std::string client = clientKey(request);
    const auto now = std::chrono::steady_clock::now();
    if (isSecretKnown) {
        if (const auto wait = m_unverified.take(client, now)) {
            return wait;
        }
    }
    return m_posts ? m_posts->take(client, request.body.size(), now) : std::nullopt;
}

http::HttpResponse RelayService::refuseDelivery(const Error& error)
{
    switch (error.code) {
        case ErrorCode::Busy:
            return refuseForNow(Refusal::QueueFull, 503, retryQueue, "Too many deliveries are waiting.");
        case ErrorCode::NotFound:
            return refuse(Refusal::UnknownInbox, 404, "There is no such inbox.");
        case ErrorCode::Denied:
            return refuseForNow(Refusal::InboxQuota, 429, retryQuota,
                                "This inbox keeps as much of such deliveries as it may.");
        default:
            return refuseForNow(Refusal::StoreUnavailable, 503, retryStore, "The store is unavailable.");
    }
}

asio::awaitable<http::HttpResponse> RelayService::readiness()
{
    const UnixMillis now = m_clock.now();
    bool fresh = false;
    bool ready = false;
    {
        const std::lock_guard lock(m_readyMutex);
        fresh = now >= m_readyCheckedAt && now - m_readyCheckedAt < readyMillis;
        ready = m_ready;
    }
    if (!fresh) {
        auto probe = [this, now](std::function<void(Status)> done) {
            m_committer.probe(now, std::move(done));
        };
        const Status writable = co_await awaitCallback<Status>(probe);
        ready = writable.has_value();
        if (!ready) {
            qCWarning(logRelay, "The store cannot be written: %s", qPrintable(writable.error().detail));
        }
        const std::lock_guard lock(m_readyMutex);
        m_readyCheckedAt = now;
        m_ready = ready;
    }
    if (ready) {
        co_return okText();
    }
    co_return refuseForNow(Refusal::StoreUnavailable, 503, retryStore, "The store cannot be written.");
}

http::HttpResponse RelayService::metrics(const http::HttpRequest& request) const
{
    if (!isLocalRequest(request)) {
        return http::problemResponse(403, "Metrics are shown to this machine only.");
    }
    http::HttpResponse response = http::textResponse(
        200, m_metrics.toPrometheus(m_httpCounters ? m_httpCounters() : http::HttpServerCounters{},
                                    m_signals->waiting()));
    response.headers.set("content-type", "text/plain; version=0.0.4; charset=utf-8");
    return response;
}

asio::awaitable<RelayService::DirectoryPointer> RelayService::directoryFor(const http::HttpRequest& request,
                                                                           const std::string& inboxName,
                                                                           bool needsToken)
{
    DirectoryPointer current = directory();
    const bool missing =
        current->findInbox(inboxName) == nullptr || (needsToken && !knowsToken(request, *current));
    if (!missing) {
        co_return current;
    }
    const std::string client = clientKey(request);
    if (m_failures.take(client, std::chrono::steady_clock::now())) {
        co_return nullptr;
    }
    // The command line may have made it a moment ago.
    const std::function<bool(RelayStore&)> work = [this](RelayStore& store) {
        refreshDirectory(store);
        return true;
    };
    co_await m_reader.run(work);
    co_return directory();
}

bool RelayService::knowsToken(const http::HttpRequest& request, const RelayDirectory& directory) const
{
    const auto hash = relayTokenHash(request.bearerToken());
    return hash && directory.findToken(*hash) != nullptr;
}

std::optional<http::HttpResponse> RelayService::refuseByToken(const http::HttpRequest& request,
                                                              const RelayDirectory& directory, InboxId inbox,
                                                              Roles roles)
{
    const auto hash = relayTokenHash(request.bearerToken());
    const DirectoryContents::Token* const token = hash ? directory.findToken(*hash) : nullptr;
    if (token == nullptr) {
        http::HttpResponse response = refuse(Refusal::BadToken, 401, "A valid bearer token is needed.");
        response.headers.add("www-authenticate",
                             request.headers.contains("authorization")
                                 ? R"(Bearer realm="countersign-relay", error="invalid_token")"
                                 : R"(Bearer realm="countersign-relay")");
        return response;
    }
    const bool fits = mayActAs(token->role, roles.either) || mayActAs(token->role, roles.other);
    if (token->inbox != inbox || !fits) {
        return refuse(Refusal::WrongRole, 403, "This token may not do that here.");
    }
    return std::nullopt;
}

asio::awaitable<tl::expected<RelayService::Admission, http::HttpResponse>> RelayService::admit(
    const http::HttpRequest& request, const std::string& inboxName, Roles roles)
{
    Admission admission;
    admission.directory =
        co_await directoryFor(request, inboxName, request.headers.contains("authorization"));
    if (!admission.directory) {
        co_return tl::unexpected(
            refuseForNow(Refusal::RateLimited, 429, retryStore, "Too many failed requests."));
    }
    admission.inbox = admission.directory->findInbox(inboxName);
    if (admission.inbox == nullptr) {
        co_return tl::unexpected(refuse(Refusal::UnknownInbox, 404, "There is no such inbox."));
    }
    std::optional<http::HttpResponse> refusal =
        refuseByToken(request, *admission.directory, admission.inbox->id, roles);
    if (refusal) {
        co_return tl::unexpected(std::move(*refusal));
    }
    const Bytes hash = *relayTokenHash(request.bearerToken());
    admission.tokenId = relayTokenId(hash);
    if (const DirectoryContents::Token* const token = admission.directory->findToken(hash)) {
        admission.role = token->role;
    }
    co_return admission;
}

RelayService::DirectoryPointer RelayService::directory() const
{
    const std::lock_guard lock(m_directoryMutex);
    return m_directory;
}

void RelayService::refreshDirectory(RelayStore& store)
{
    const auto version = store.directoryVersion();
    if (!version || *version == directory()->version()) {
        return;
    }
    auto contents = store.directory();
    if (!contents) {
        qCWarning(logRelay, "Inboxes and tokens could not be read: %s", qPrintable(contents.error().detail));
        return;
    }
    auto next = std::make_shared<const RelayDirectory>(std::move(*contents));
    const std::lock_guard lock(m_directoryMutex);
    m_directory = std::move(next);
}

http::HttpResponse RelayService::refuse(Refusal reason, unsigned status, std::string_view detail)
{
    m_metrics.refused(reason);
    return http::problemResponse(status, detail);
}

http::HttpResponse RelayService::refuseForNow(Refusal reason, unsigned status, std::chrono::seconds wait,
                                              std::string_view detail)
{
    http::HttpResponse response = refuse(reason, status, detail);
    response.headers.add("retry-after", std::to_string(wait.count()));
    return response;
}

}  // namespace countersign::relay
