"""The workers of the three services in one process; in production each has its own."""

from services.funds_api.worker import create_worker as create_funds
from services.projects_api.worker import create_worker as create_projects
from services.reporting_worker.worker import create_worker as create_reporting
from shared.worker_process import run_worker_process

if __name__ == "__main__":
    run_worker_process(create_projects, create_funds, create_reporting)
