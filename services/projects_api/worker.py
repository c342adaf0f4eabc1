"""The worker of the queue `projects`: no job of this service exists yet, the process is the same as the others'."""

from shared.worker_process import plain_worker, run_worker_process

create_worker = plain_worker("projects")

if __name__ == "__main__":
    run_worker_process(create_worker)
