#include "app/relay/ServeCommand.h"

#include "services/http/HttpServer.h"
#include "services/http/IoThreads.h"
#include "services/http/StopSignals.h"
#include "services/relay/PostgresTarget.h"
#include "services/relay/RelayDatabase.h"
#include "services/relay/RelayService.h"

#include <sys/resource.h>

#include <cstdio>
#include <future>

namespace countersign {

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
    const auto target = PostgresTarget::isUrl(url) ? PostgresTarget::parse(url) : PostgresTarget();
    if (target && !target->password().isEmpty()) {
        std::fputs(
            "countersign-relay: the database's password was given as an argument; a file ~/.pgpass (mode "
            "600) "
            "keeps it out of sight\n",
            stderr);
    }
}

}  // namespace

Status serveRelay(const RelayOptions& options)
{
    raiseDescriptorLimit();
    warnOfPassword(options.database);
    const SystemClock clock;
    // The order of destruction matters: the service's threads hand results to the context, and suspended
    // requests end with the context, after the service.
    IoThreads io(options.threads);
    RelayService::Options serviceOptions;
    serviceOptions.behindProxy = options.behindProxy;
    serviceOptions.jobQuota.pendingJobs = options.maxPendingJobs;
    serviceOptions.claimLease = options.claimLease;
    serviceOptions.jobChanges = {static_cast<double>(options.maxJobChanges), 10.0 * options.maxJobChanges};
    auto service = RelayService::open(
        serviceOptions, [&options] { return openRelayDatabase(options.database, OpenMode::CreateIfMissing); },
        clock);
    if (!service) {
        return failure(service.error());
    }
    RelayService* const relay = service->get();

    // Before the service in destruction: it calls it.
    auto listener = listenForEntries(
        options.database, {[relay](InboxId inbox) { relay->wake(inbox); }, [relay] { relay->wakeAll(); }});
    if (!listener) {
        return failure(listener.error());
    }

    HttpServer::Options serverOptions{options.listen, options.limits, options.tls};
    serverOptions.limits.maxBodyBytesFor = relayBodyLimit;
    HttpServer server(io.context(), serverOptions,
                      [relay](HttpRequest request) { return relay->handle(std::move(request)); });
    relay->setHttpCounters([&server] { return server.counters(); });

    std::promise<void> stopped;
    const StopSignals signals(io.context(), [&] {
        std::fputs("countersign-relay: stopping\n", stderr);
        relay->beginStop();
        server.stop([&stopped] { stopped.set_value(); });
    });
    if (const Status started = server.start(); !started) {
        return started;
    }
    printReady(server.url());
    stopped.get_future().wait();
    io.stop();
    return {};
}

}  // namespace countersign
