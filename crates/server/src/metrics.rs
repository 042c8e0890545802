//! `/metrics`: what the server tells of itself in numbers, as text in the exposition format of Prometheus 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use anyhow::Context;
use metrics::{Unit, describe_gauge, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use persistence::Database;
use realtime::Hub;
use web_common::{Problem, request};

use crate::health::get_or_head;

/// The upper bounds of what is counted together, in seconds.
const TIMES: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// The same for how many shared a transaction; a group has 512 at the most.
const SIZES: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Between two times that single observations are added up: until then each takes room.
const UPKEEP: Duration = Duration::from_secs(5);

const BUILD: &str = "natter_build_info";

/// Has everything in this process counted from now on, which can be done once.
pub fn install() -> anyhow::Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &TIMES)?
        .set_buckets_for_metric(Matcher::Suffix("_jobs".to_owned()), &SIZES)?;
    let numbers = builder.install_recorder().context("metrics: they are counted already")?;
    web_common::metrics::describe();
    describe_gauge!(BUILD, Unit::Count, "Always 1: the version stands beside it");
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(numbers)
}

/// The numbers, and whom to ask for those that are not counted as they happen.
pub struct Metrics {
    numbers: PrometheusHandle,
    process: Collector,
    hub: Arc<Hub>,
    database: Arc<Database>,
}

impl Metrics {
    /// Of this process, this hub and this database.
    pub fn new(numbers: PrometheusHandle, hub: Arc<Hub>, database: Arc<Database>) -> Self {
        let process = Collector::default();
        process.describe();
        Self { numbers, process, hub, database }
    }

    /// Adds up observations for as long as the server runs.
    pub async fn upkeep(numbers: PrometheusHandle) {
        let mut often = tokio::time::interval(UPKEEP);
        loop {
            often.tick().await;
            numbers.run_upkeep();
        }
    }

    fn text(&self) -> String {
        self.process.collect();
        self.hub.measure();
        self.database.measure();
        self.numbers.render()
    }
}

/// `/metrics` for everybody who can reach the address.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(web::resource("/metrics").route(get_or_head().to(scrape)));
}

/// `/metrics` beside everything else, for the machine itself only.
pub fn configure_local(routes: &mut web::ServiceConfig) {
    routes.service(web::resource("/metrics").route(get_or_head().to(scrape_from_here)));
}

async fn scrape(metrics: web::Data<Metrics>) -> Result<HttpResponse, Problem> {
    let text = web::block(move || metrics.text());
    let text = text.await.map_err(|error| Problem::internal(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text))
}

async fn scrape_from_here(
    request: HttpRequest,
    metrics: web::Data<Metrics>,
) -> Result<HttpResponse, Problem> {
    if request::context(&request).loopback {
        return scrape(metrics).await;
    }
    let detail =
        "Metrics are for the machine itself, unless metrics.bind gives them an address of their own.";
    Err(Problem::new(StatusCode::FORBIDDEN, "loopback-only", detail))
}
