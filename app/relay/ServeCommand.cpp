#include "app/relay/ServeCommand.h"

#include "app/relay/StopDeadline.h"
#include "core/base/process/ProcessHardening.h"
#include "services/http/server/HangupSignal.h"
#include "services/http/server/HttpServer.h"
#include "services/http/server/IoThreads.h"
#include "services/http/server/TerminationSignals.h"
#include "services/relay/service/RelayService.h"
#include "services/relay/store/RelayDatabase.h"
#include "services/relay/store/postgres/PostgresConnectionInfo.h"

#include <sys/resource.h>

#include <cstdio>
#include <future>

namespace countersign::relay {

namespace {

/// The usual soft limit of 1,024 descriptors is less than the connections we promise.
void raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void printReady(const std::string& url)
{
    std::printf("%s\n", dumpJson({{"url", url}}).c_str());
    std::fflush(stdout);
}

/// What the operator's own shell, scripts and unit files show is not ours to hide.
void warnOfPassword(const std::string& url)
{
    const auto target =
        PostgresConnectionInfo::isUrl(url) ? PostgresConnectionInfo::parse(url) : PostgresConnectionInfo();
    if (target && !target->password().isEmpty()) {
        std::fputs(
            "countersign-relay: the database's password was given as an argument; a file ~/.pgpass (mode "
            "600) "
            "keeps it out of sight\n",
            stderr);
    }
}

/// So many seconds' worth at once, of deliveries of an ordinary size; a burst is allowed larger ones.
std::optional<PostRates> postRatesOf(int perSecond)
{
    if (perSecond == 0) {
        return std::nullopt;
    }
    constexpr double burstSeconds = 120;
    constexpr double ordinaryBytes = 10.0 * 1024;
    constexpr double largeBytes = 16.0 * 1024;
    const double rate = perSecond;
    return PostRates{{rate, rate * burstSeconds}, {rate * ordinaryBytes, rate * burstSeconds * largeBytes}};
}

RelayService::Options serviceOptionsOf(const RelayOptions& options)
{
    RelayService::Options service;
    service.jobQuota.pendingJobs = options.maxPendingJobs;
    service.jobQuota.keptBytes = options.tokenQuota;
    service.claimLease = options.claimLease;
    service.jobChanges = {static_cast<double>(options.maxJobChanges), 10.0 * options.maxJobChanges};
    service.posts = postRatesOf(options.postRate);
    service.feedQuota = {options.inboxQuota, options.strangersQuota};
    service.keep = options.keep;
    return service;
}

/// A flag alone once meant: believe whoever connects.
void warnOfUnnamedProxy(const RelayOptions& options)
{
    if (options.namesNoProxy && !options.listen.isLoopback()) {
        std::fputs(
            "countersign-relay: --behind-proxy without an address believes proxies on this machine only; for "
            "others say --behind-proxy ADDRESS[/PREFIX]\n",
            stderr);
    }
}

/// SIGHUP, after a certificate was renewed. Connections that are open keep what they began with.
void renewCertificate(http::HttpServer& server, bool hasCertificate)
{
    if (!hasCertificate) {
        std::fputs("countersign-relay: SIGHUP: there is no certificate to read again\n", stderr);
        return;
    }
    if (const Status renewed = server.reloadTls(); !renewed) {
        std::fprintf(stderr, "countersign-relay: SIGHUP: the old certificate stays in use: %s\n",
                     qPrintable(renewed.error().sentence));
        return;
    }
    std::fputs("countersign-relay: SIGHUP: the certificate was read again; new connections get it\n", stderr);
}

}  // namespace

Status serveRelay(const RelayOptions& options)
{
    http::HangupSignal::ignore();
    raiseDescriptorLimit();
    ignoreWriteSignals();
    warnOfPassword(options.database);
    warnOfUnnamedProxy(options);
    const SystemClock clock;
    StopDeadline deadline;
    // The order of destruction matters: the service's threads hand results to the context, and suspended
    // requests end with the context, after the service.
    http::IoThreads io(options.threads);
    // A database that is not there any more must not come back empty by a restart.
    const OpenMode mode = options.create ? OpenMode::CreateIfMissing : OpenMode::Existing;
    // Held as long as it serves.
    ASSIGN_OR_RETURN(const auto right, claimRelayDatabase(options.database, mode));
    ASSIGN_OR_RETURN(auto service,
                     RelayService::open(
                         serviceOptionsOf(options),
                         [&options, mode] { return openRelayDatabase(options.database, mode); }, clock));
    RelayService* const relay = service.get();

    // Before the service in destruction: it calls it.
    ASSIGN_OR_RETURN(const auto listener,
                     listenForEntries(options.database, {[relay](InboxId inbox) { relay->wake(inbox); },
                                                         [relay] { relay->wakeAll(); }}));

    http::HttpServer::Options serverOptions{options.listen, options.limits, options.tls, options.proxies};
    serverOptions.limits.maxBodyBytesFor = relayBodyLimit;
    // What then still runs is cut off, and the rest of the time is for the last commits.
    serverOptions.limits.stopTimeout = options.limits.stopTimeout * 3 / 4;
    http::HttpServer server(io.context(), serverOptions,
                            [relay](http::HttpRequest request) { return relay->handle(std::move(request)); });
    relay->setHttpCounters([&server] { return server.counters(); });
    relay->setAnswerBudget(server.answers());

    std::promise<void> stopped;
    const http::TerminationSignals signals(io.context(), [&] {
        std::fputs("countersign-relay: stopping\n", stderr);
        deadline.start(options.limits.stopTimeout);
        relay->beginStop();
        server.stop([&stopped] { stopped.set_value(); });
    });
    RETURN_IF_ERROR(server.start());
    const http::HangupSignal hangups(io.context(),
                                     [&] { renewCertificate(server, options.tls.has_value()); });
    printReady(server.url());
    stopped.get_future().wait();
    io.stop();
    return {};
}

}  // namespace countersign::relay
